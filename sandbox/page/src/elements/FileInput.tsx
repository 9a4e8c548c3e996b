import { useChange } from "./Choices";
import { ariaOf, type ControlProps } from "./Control";
import { readFiles } from "../lib/files";
import type { Json } from "../types";

export function FileInput(props: ControlProps) {
  const { el, input } = props;
  const { now, put } = useChange(props);
  const accept = (el.filetypes ?? []).map((kind: string) => `.${kind}`).join(",");
  return (
    <div>
      <input type="file" className="field" {...ariaOf(input)} accept={accept || undefined} multiple={(el.max_files ?? 10) > 1}
        onChange={async (event) => put({ type: el.type, files: await readFiles(event.target.files) })} />
      <ul className="muted small-text">{(now?.files ?? []).map((file: Json) => <li key={file.name}>{file.name}</li>)}</ul>
    </div>
  );
}
