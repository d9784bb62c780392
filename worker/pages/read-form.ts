// The form that was sent, as text. Files are none of a form's business here.

export interface SentForm {
  /** A field without the space around it; empty if it was not sent. */
  text(name: string): string;
  /** All values of a field that can be sent several times. */
  all(name: string): readonly string[];
}

/** The form of a request, or an empty one for other methods; null where the body is no form. */
export async function readForm(request: Request): Promise<SentForm | null> {
  if (request.method !== "POST") return toForm(new FormData());
  try {
    return toForm(await request.formData());
  } catch (error) {
    // What the runtime says of a body that is none of the two forms' types, or is broken.
    if (error instanceof TypeError) return null;
    throw error;
  }
}

function toForm(form: FormData): SentForm {
  const all = (name: string): readonly string[] =>
    form.getAll(name).flatMap((value) => (typeof value === "string" ? [value.trim()] : []));
  return { all, text: (name) => all(name)[0] ?? "" };
}
