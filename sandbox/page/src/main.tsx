import { createRoot } from "react-dom/client";
import "twemoji-colr-font/twemoji.css";
import "slack-blocks-to-jsx/dist/style.css";
import "./styles/base.css";
import "./styles/layout.css";
import "./styles/messages.css";
import "./styles/blocks.css";
import "./styles/forms.css";
import "./styles/inspector.css";
import { App } from "./App";
import { followTheme } from "./lib/theme";

followTheme();
createRoot(document.getElementById("root")!).render(<App />);
