import { Download, FileText } from "lucide-react";
import { sizeText } from "../lib/files";
import type { FileInfo } from "../types";

/** The path of a file's address: the page may be reached under another host name than the server knows. */
function pathOf(address?: string): string | undefined {
  if (!address) return undefined;
  try {
    const url = new URL(address, location.href);
    return url.pathname.startsWith("/files") ? url.pathname + url.search : undefined;
  } catch {
    return undefined;
  }
}

export function Files({ list }: { list: FileInfo[] }) {
  return (
    <div className="files">
      {list.map((file) => {
        const href = pathOf(file.url_private ?? file.permalink);
        const name = file.title || file.name || file.id;
        if (file.mimetype?.startsWith("image/") && href) return (
          <figure key={file.id} className="file-image"><figcaption>{name}</figcaption><a href={href} target="_blank" rel="noopener noreferrer"><img src={href} alt={name} loading="lazy" /></a></figure>
        );
        return (
          <a key={file.id} className="file" href={href} download={file.name} aria-disabled={!href}>
            <FileText size={26} aria-hidden />
            <span className="grow"><strong>{name}</strong><small>{[file.mimetype, file.size !== undefined ? sizeText(file.size) : ""].filter(Boolean).join(" · ")}</small></span>
            {href && <Download size={16} aria-hidden />}
          </a>
        );
      })}
    </div>
  );
}
