import Code from "@tiptap/extension-code";
import { type Editor, EditorContent, useEditor, useEditorState } from "@tiptap/react";
import StarterKit from "@tiptap/starter-kit";
import { Bold, Code as CodeIcon, Italic, Link2, List, ListOrdered, Quote, Strikethrough } from "lucide-react";
import { type ReactNode, useEffect, useState } from "react";
import { withEmoji } from "../lib/emoji";
import { safeLink } from "../lib/mrkdwn";
import { readRich, writeRich } from "../lib/richInput";
import { useChange } from "./Choices";
import { ariaOf, type ControlProps } from "./Control";

/** What a rich_text block of Slack can say, and nothing else. */
const SAYS = [
  StarterKit.configure({
    heading: false, horizontalRule: false, underline: false, trailingNode: false, code: false,
    link: { openOnClick: false, autolink: false, linkOnPaste: false, isAllowedUri: (url) => Boolean(safeLink(url)) },
  }),
  Code.extend({ excludes: "" }), // code may be bold, or a link
];

/** A small editor: its content is told to the app as a rich_text block. */
export function RichInput(props: ControlProps) {
  const { el, input } = props;
  const { now, put } = useChange({ ...props, acts: false });
  const named = Object.entries({ ...ariaOf(input), "aria-labelledby": input?.labelledBy, "aria-label": input ? undefined : "Text" }).filter(([, value]) => value !== undefined);
  const attributes = { class: "rich-box", role: "textbox", "aria-multiline": "true", "data-action-id": el.action_id ?? "", ...Object.fromEntries(named.map(([name, value]) => [name, String(value)])) };
  const editor = useEditor({
    extensions: SAYS,
    content: writeRich(now?.rich_text_value),
    editorProps: { attributes, handleKeyDown: (_, event) => event.key === "Enter" && (event.ctrlKey || event.metaKey) }, // that sends the form
    onUpdate: ({ editor: changed }) => put({ type: el.type, rich_text_value: readRich(changed.getJSON()) }),
  });
  useEffect(() => editor.setOptions({ editorProps: { ...editor.options.editorProps, attributes } }), [JSON.stringify(attributes)]);
  const empty = useEditorState({ editor, selector: ({ editor: at }) => at.state.doc.childCount === 1 && at.state.doc.firstChild!.type.name === "paragraph" && !at.state.doc.firstChild!.childCount });
  return (
    <div className="field rich-input">
      <Tools editor={editor} />
      <div className="rich-paper">
        <EditorContent editor={editor} />
        {empty && el.placeholder && <span className="rich-placeholder" aria-hidden>{withEmoji(el.placeholder.text)}</span>}
      </div>
    </div>
  );
}

const LOOKS: [string, string, typeof Bold, (editor: Editor) => void][] = [
  ["bold", "Bold", Bold, (editor) => editor.chain().focus().toggleBold().run()],
  ["italic", "Italic", Italic, (editor) => editor.chain().focus().toggleItalic().run()],
  ["strike", "Strikethrough", Strikethrough, (editor) => editor.chain().focus().toggleStrike().run()],
  ["code", "Code", CodeIcon, (editor) => editor.chain().focus().toggleCode().run()],
];
const SHAPES: typeof LOOKS = [
  ["bulletList", "Bulleted list", List, (editor) => editor.chain().focus().toggleBulletList().run()],
  ["orderedList", "Numbered list", ListOrdered, (editor) => editor.chain().focus().toggleOrderedList().run()],
  ["blockquote", "Quote", Quote, (editor) => editor.chain().focus().toggleBlockquote().run()],
];

function Tools({ editor }: { editor: Editor }) {
  const [link, setLink] = useState<string>();
  const on = useEditorState({ editor, selector: ({ editor: at }) => Object.fromEntries(["link", ...[...LOOKS, ...SHAPES].map(([name]) => name)].map((name) => [name, at.isActive(name)])) });
  const tools = (all: typeof LOOKS) => all.map(([name, label, Icon, use]) => <Tool key={name} label={label} on={on[name]} onUse={() => use(editor)}><Icon size={15} /></Tool>);
  const add = () => {
    if (link !== undefined) linkTo(editor, link.trim());
    setLink(undefined);
  };
  return (
    <div className="rich-tools" role="toolbar" aria-label="Formatting">
      {tools(LOOKS)}
      <Tool label="Link" on={on.link} onUse={() => setLink(link === undefined ? String(editor.getAttributes("link").href ?? "") : undefined)}><Link2 size={15} /></Tool>
      {tools(SHAPES)}
      {link !== undefined && (
        <span className="rich-link">
          <input className="field" aria-label="Address of the link" placeholder="https://…" autoFocus value={link} onChange={(event) => setLink(event.target.value)}
            onKeyDown={(event) => { if (event.key === "Enter") { event.preventDefault(); event.stopPropagation(); add(); } }} />
          <button type="button" className="button" onClick={add}>Add link</button>
        </span>
      )}
    </div>
  );
}

/** Make a link of what is marked or of the link one stands in; without either, write the address. Nothing takes it away. */
function linkTo(editor: Editor, typed: string): void {
  const href = safeLink(typed.includes("://") ? typed : `https://${typed}`);
  const at = editor.chain().focus();
  if (!typed) at.extendMarkRange("link").unsetLink().run();
  else if (!href) at.run();
  else if (editor.state.selection.empty && !editor.isActive("link")) at.insertContent({ type: "text", text: href, marks: [{ type: "link", attrs: { href } }] }).unsetMark("link").run();
  else at.extendMarkRange("link").setLink({ href }).run();
}

function Tool({ label, on, onUse, children }: { label: string; on?: boolean; onUse: () => void; children: ReactNode }) {
  return <button type="button" className="icon-button small" aria-label={label} title={label} aria-pressed={on} onMouseDown={(event) => event.preventDefault()} onClick={onUse}>{children}</button>;
}
