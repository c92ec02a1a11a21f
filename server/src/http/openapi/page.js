"use strict";

// The page may stand below a path, and may be reached under another name than the issuer's, so what
// is tried is sent to where the page came from.
const here = new URL("openapi.json", document.location.href);

if (window.matchMedia("(prefers-color-scheme: dark)").matches) {
  document.documentElement.classList.add("dark-mode");
}

fetch(here)
  .then((response) => response.json())
  .then((spec) => {
    spec.servers = [{ url: new URL(".", here).href.replace(/\/$/, "") }];
    const schemes = Object.values(spec.components.securitySchemes);
    for (const scheme of schemes.filter((scheme) => scheme.flows)) {
      scheme.flows.clientCredentials.tokenUrl = new URL("oauth/token", here).href;
    }
    window.SwaggerUIBundle({
      spec,
      domNode: document.getElementById("document"),
      deepLinking: true,
      validatorUrl: "none",
    });
  });
