import { defineActor, enumOf } from "@emptcp/core";

/**
 * Copy packets, or their headers, to the stream of events.
 *
 * @example
 * policy("look", { when: port({ remote: 443 }), chain: [copy({ what: "headers" })] });
 */
export const copy = defineActor({
  root: new URL("..", import.meta.url),
  module: "copy",
  symbol: "copy",
  description: "Copy packets, or their headers, to the stream of events.",
  hooks: ["xdp", "tc-ingress", "tc-egress"],
  powers: [],
  params: {
    what: enumOf(["headers", "packet"], {
      description: "What to copy: the headers up to those of TCP or UDP with options, or the whole packet.",
      default: "headers",
    }),
  },
});

export default copy;
