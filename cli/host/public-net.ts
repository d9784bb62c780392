// The network that plugins' requests go to: one of public addresses only. workerd asks it after a name was resolved,
// which no check of names in the Worker can.
import { getCACertificates } from "node:tls";

/** For `serviceBindings` of Miniflare. Trusts what Node was told to trust besides the usual (NODE_EXTRA_CA_CERTS). */
export const PUBLIC_NET = {
  network: {
    allow: ["public"],
    tlsOptions: { trustBrowserCas: true, trustedCertificates: getCACertificates("extra") },
  },
};
