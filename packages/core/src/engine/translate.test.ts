import { describe, expect, it } from "vitest";
import { emptcpError } from "../errors.js";
import { Feature, LibraryError, SystemError } from "../libbpf/index.js";
import { requireFeatures, translate } from "./translate.js";

describe("errors of the layer below", () => {
  const refused = new SystemError("create map emptcp_active", 1);

  it("name the missing capability when that is why the kernel refused", () => {
    expect(translate(refused, ["CAP_BPF", "CAP_NET_ADMIN"])).toMatchObject({
      code: "ERR_EMPTCP_CAPABILITY",
      message: expect.stringMatching(/^create map emptcp_active: .*CAP_BPF, CAP_NET_ADMIN/) as string,
      cause: refused,
    });
  });

  it("name the step and the errno otherwise", () => {
    expect(translate(refused, [])).toMatchObject({ code: "ERR_EMPTCP_SYSTEM" });
    expect(translate(new SystemError("pin it", 28), ["CAP_BPF"])).toMatchObject({
      code: "ERR_EMPTCP_SYSTEM",
      message: expect.stringContaining("pin it: ENOSPC") as string,
    });
  });

  it("say who may not, when it is the file system that refuses", () => {
    expect(translate(new SystemError("open map pinned at /x", 13), ["CAP_BPF"])).toMatchObject({
      code: "ERR_EMPTCP_ACCESS",
      message: `open map pinned at /x: uid ${process.geteuid?.()} may not`,
    });
    const refused = Object.assign(new Error("EACCES"), { code: "EACCES", path: "/x", syscall: "mkdir" });
    expect(translate(refused)).toMatchObject({ code: "ERR_EMPTCP_ACCESS", cause: refused });
  });

  it("say that libbpf is missing", () => {
    const error = new LibraryError("cannot open shared object file");
    expect(translate(error)).toMatchObject({ code: "ERR_EMPTCP_LIBBPF", cause: error });
  });

  it("leave what has a code, and what is a defect, as it is", () => {
    const own = emptcpError("ERR_EMPTCP_CONFLICT", { expected: 1, actual: 2 });
    const defect = new TypeError("x");
    expect(translate(own)).toBe(own);
    expect(translate(defect)).toBe(defect);
  });
});

describe("a kernel that lacks something", () => {
  it("is refused with the feature and the kernel that has it", () => {
    const feature = new Feature("mapped array", "5.5", () => false);
    expect(() => requireFeatures([feature])).toThrowError(
      expect.objectContaining({
        code: "ERR_EMPTCP_FEATURE",
        message: expect.stringMatching(/needs mapped array, since Linux 5\.5; this is \d+\.\d+/) as string,
      }),
    );
  });

  it("is not refused when it has it", () => {
    expect(() => requireFeatures([new Feature("x", "5.5", () => true)])).not.toThrow();
  });
});
