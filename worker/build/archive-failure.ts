// Why an uploaded archive is refused, and the words for it. Refuses nothing itself.

export type ArchiveFailure =
  | { readonly reason: "not_a_zip"; readonly detail: string }
  | { readonly reason: "too_many_entries"; readonly limit: number }
  | { readonly reason: "too_large"; readonly limitBytes: number }
  | { readonly reason: "entry_too_large"; readonly name: string; readonly limitBytes: number }
  | { readonly reason: "bad_ratio"; readonly name: string; readonly ratio: number; readonly limit: number }
  | { readonly reason: "encrypted"; readonly name: string }
  | { readonly reason: "bad_method"; readonly name: string; readonly method: number }
  | { readonly reason: "not_a_file"; readonly name: string }
  | { readonly reason: "bad_name"; readonly name: string; readonly why: string }
  | { readonly reason: "name_taken"; readonly name: string; readonly by: string }
  | { readonly reason: "bad_entry"; readonly name: string; readonly detail: string };

/** The failure as a build problem's message. */
export function describeArchiveFailure(failure: ArchiveFailure): string {
  const why = describe(failure);
  return "name" in failure ? `Cannot unpack ${quote(failure.name)}: ${why}` : `Cannot unpack the archive: ${why}`;
}

function describe(failure: ArchiveFailure): string {
  switch (failure.reason) {
    case "not_a_zip":
      return `found no zip that every reader reads alike (${failure.detail}), wanted a plain zip file`;
    case "too_many_entries":
      return `found more than ${failure.limit} entries, wanted at most that`;
    case "too_large":
      return `found more than ${failure.limitBytes} bytes in its files, wanted at most that`;
    case "entry_too_large":
      return `found more than ${failure.limitBytes} bytes, wanted at most that`;
    case "bad_ratio":
      return `found ${failure.ratio} times its packed size, wanted at most ${failure.limit} times`;
    case "encrypted":
      return "found it encrypted, wanted it without a password";
    case "bad_method":
      return `found compression method ${failure.method}, wanted it stored or deflated`;
    case "not_a_file":
      return "found a link or device, wanted a file or folder";
    case "bad_name":
      return failure.why;
    case "name_taken":
      return `found ${quote(failure.by)} as well, which is the same name on some systems, wanted one of them`;
    case "bad_entry":
      return `found it damaged (${failure.detail}), wanted it whole`;
    default:
      return failure satisfies never;
  }
}

function quote(name: string): string {
  return JSON.stringify(name.length <= 120 ? name : `${name.slice(0, 119)}…`);
}
