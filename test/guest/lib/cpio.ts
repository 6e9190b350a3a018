/** A file of an initramfs: contents, or the target of a symbolic link. Directories come by themselves. */
export interface GuestFile {
  readonly content?: string | Uint8Array;
  readonly link?: string;
  /** Permissions; 0o644 unless told otherwise. */
  readonly mode?: number;
}

const TYPE = { directory: 0o040000, file: 0o100000, link: 0o120000, device: 0o020000 } as const;

function record(inode: number, name: string, mode: number, body: Uint8Array, device = [0, 0]): Buffer {
  const path = Buffer.from(`${name}\0`);
  const fields = [inode, mode, 0, 0, 1, 0, body.length, 0, 0, ...device, path.length, 0];
  const head = Buffer.from(`070701${fields.map((n) => n.toString(16).padStart(8, "0")).join("")}`);
  const pad = (length: number): Buffer => Buffer.alloc(-length & 3);
  return Buffer.concat([head, path, pad(head.length + path.length), body, pad(body.length)]);
}

function parents(path: string): string[] {
  const parts = path.split("/").slice(0, -1);
  return parts.map((_, i) => parts.slice(0, i + 1).join("/"));
}

/**
 * An initramfs in the "newc" format. Several of them can stand one after the other in one file.
 *
 * @param files by path without a leading slash
 */
export function cpio(files: ReadonlyMap<string, GuestFile>): Buffer {
  const directories = new Set([...files.keys()].flatMap(parents));
  const empty = new Uint8Array();
  let inode = 1;
  const records = [...directories].map((path) => record(inode++, path, TYPE.directory | 0o755, empty));
  records.push(record(inode++, "dev/console", TYPE.device | 0o600, empty, [5, 1]));
  for (const [path, { content, link, mode = 0o644 }] of files) {
    const type = link === undefined ? TYPE.file | mode : TYPE.link | 0o777;
    records.push(record(inode++, path, type, Buffer.from(link ?? content ?? "")));
  }
  records.push(record(0, "TRAILER!!!", 0, empty));
  return Buffer.concat(records);
}
