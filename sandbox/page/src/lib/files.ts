export interface Upload { name: string; mimetype: string; size: number; content_base64: string }

/** Read chosen files into what the control API takes. */
export async function readFiles(list: FileList | File[] | null): Promise<Upload[]> {
  return Promise.all(Array.from(list ?? []).map(async (file) => {
    const bytes = new Uint8Array(await file.arrayBuffer());
    let text = "";
    for (let at = 0; at < bytes.length; at += 0x8000) text += String.fromCharCode(...bytes.subarray(at, at + 0x8000));
    return { name: file.name, mimetype: file.type || "application/octet-stream", size: file.size, content_base64: btoa(text) };
  }));
}

export const sizeText = (bytes = 0) =>
  bytes < 1024 ? `${bytes} B` : bytes < 1048576 ? `${(bytes / 1024).toFixed(0)} kB` : `${(bytes / 1048576).toFixed(1)} MB`;
