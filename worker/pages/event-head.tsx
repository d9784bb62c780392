// The head of an event's page, in the history or not yet.

/** Its way back, its title and its id. */
export function EventHead({ id, title }: { readonly id: string; readonly title: string }) {
  return (
    <div class="page-head">
      <div>
        <p class="crumbs">
          <a href="/events">Events</a>
        </p>
        <h1>{title}</h1>
        <p class="lead mono">{id}</p>
      </div>
    </div>
  );
}
