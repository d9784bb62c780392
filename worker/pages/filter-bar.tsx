// A form above a list that says which of it to show. It is a plain GET, so that what is shown has an address.

interface FilterField {
  readonly name: string;
  readonly label: string;
  readonly value: string | null;
  /** What is there to choose from; few are a menu, many a field that offers them. Null: any text. */
  readonly choices: readonly string[] | null;
}

const MANY = 30;
/** As many as a field may offer. */
const OFFERED = 200;

export function FilterBar({ fields }: { readonly fields: readonly FilterField[] }) {
  return (
    <form class="filters" method="get" role="search">
      {fields.map(({ name, label, value, choices }) => (
        <label class="field">
          <span>{label}</span>
          {choices === null ? (
            <input class="input" name={name} value={value ?? ""} maxlength={200} />
          ) : choices.length > MANY || (value !== null && !choices.includes(value)) ? (
            <>
              <input class="input" name={name} value={value ?? ""} list={`${name}-choices`} maxlength={256} />
              <datalist id={`${name}-choices`}>
                {choices.slice(0, OFFERED).map((choice) => (
                  <option value={choice}></option>
                ))}
              </datalist>
            </>
          ) : (
            <select class="input" name={name}>
              <option value="">All</option>
              {choices.map((choice) => (
                <option value={choice} selected={choice === value}>
                  {choice}
                </option>
              ))}
            </select>
          )}
        </label>
      ))}
      <button class="button">Filter</button>
    </form>
  );
}
