// What is on show.

import { openSearch } from "../../debugger";
import { activeTab, bufferOf, nextTab, select, setMode, tabKey, useDocuments } from "../../document";
import { hasState } from "../../design";
import { useSide } from "../../explorer";
import { showInspectorPage } from "../../inspector";
import { useFolder } from "../../files";
import { showPage, usePanels } from "../panels";
import { useTheme } from "../theme";
import { type Action, current, hasDocument, focus } from "./action";

export const viewActions: readonly Action[] = [
  {
    id: "canvas",
    title: "Canvas",
    group: "View",
    keys: "Alt+1",
    everywhere: true,
    run: () => {
      setMode("canvas");
      focus(".canvas");
    },
  },
  {
    id: "split",
    title: "Split",
    group: "View",
    keys: "Alt+2",
    everywhere: true,
    run: () => {
      setMode("split");
    },
  },
  {
    id: "code",
    title: "Code",
    group: "View",
    keys: "Alt+3",
    everywhere: true,
    run: () => {
      setMode("code");
      window.setTimeout(() => {
        const document = current();
        if (document) bufferOf(document.id)?.focus();
      }, 60);
    },
  },
  {
    id: "explorer",
    title: "Explorer",
    group: "View",
    keys: "Ctrl+B",
    everywhere: true,
    run: () => {
      usePanels.setState((state) => ({ leftOpen: !state.leftOpen }));
    },
  },
  {
    id: "files",
    title: "Files",
    group: "View",
    keys: "Ctrl+Shift+F",
    everywhere: true,
    run: () => {
      usePanels.setState({ leftOpen: true });
      useSide.setState({ side: "files" });
      focus(".file-tree, .no-folder button");
    },
  },
  {
    id: "findFile",
    title: "Find a file of the folder",
    group: "Edit",
    keys: "Ctrl+Alt+P",
    everywhere: true,
    enabled: () => useFolder.getState().tree !== null,
    run: () => {
      usePanels.setState({ leftOpen: true });
      useSide.setState({ side: "files" });
      focus("#find-file");
    },
  },
  {
    id: "inspector",
    title: "Inspector",
    group: "View",
    keys: "Ctrl+I",
    everywhere: true,
    run: () => {
      usePanels.setState((state) => ({ rightOpen: !state.rightOpen }));
    },
  },
  {
    id: "workflowSettings",
    title: "Workflow settings",
    group: "Edit",
    enabled: hasDocument,
    run: () => {
      const tab = activeTab(useDocuments.getState());
      if (tab) select(tabKey(tab), null, "outline");
      usePanels.setState({ rightOpen: true });
      focus(".workflow-page textarea");
    },
  },
  {
    id: "configure",
    title: "Configure the selected state",
    group: "Edit",
    enabled: hasState,
    run: () => {
      showInspectorPage("configure");
      usePanels.setState({ rightOpen: true });
      focus("#inspector-page");
    },
  },
  {
    id: "preview",
    title: "Preview the selected state’s data",
    group: "Edit",
    enabled: hasState,
    run: () => {
      showInspectorPage("try");
      usePanels.setState({ rightOpen: true });
      focus("#inspector-page");
    },
  },
  {
    id: "panel",
    title: "Bottom panel",
    group: "View",
    keys: "Ctrl+J",
    everywhere: true,
    run: () => {
      usePanels.setState((state) => ({ bottomOpen: !state.bottomOpen }));
    },
  },
  {
    id: "problems",
    title: "Problems",
    group: "View",
    keys: "Ctrl+Shift+M",
    everywhere: true,
    run: () => {
      showPage("problems");
    },
  },
  {
    id: "executions",
    title: "Executions",
    group: "View",
    keys: "Ctrl+Shift+H",
    everywhere: true,
    run: () => {
      showPage("executions");
    },
  },
  {
    id: "timeline",
    title: "Timeline",
    group: "View",
    run: () => {
      showPage("timeline");
    },
  },
  {
    id: "events",
    title: "Events",
    group: "View",
    run: () => {
      showPage("events");
    },
  },
  {
    id: "states",
    title: "Table of states",
    group: "View",
    run: () => {
      showPage("states");
    },
  },
  {
    id: "searchRun",
    title: "Search the run",
    group: "View",
    keys: "Ctrl+Alt+F",
    everywhere: true,
    run: openSearch,
  },
  {
    id: "console",
    title: "Console",
    group: "View",
    keys: "Ctrl+Shift+L",
    everywhere: true,
    run: () => {
      showPage("console");
    },
  },
  {
    id: "inbox",
    title: "Inbox",
    group: "View",
    keys: "Ctrl+Shift+Y",
    everywhere: true,
    run: () => {
      showPage("inbox");
    },
  },
  {
    id: "nextTab",
    title: "Next tab",
    group: "View",
    keys: "Ctrl+PageDown",
    everywhere: true,
    run: () => {
      nextTab(1);
    },
  },
  {
    id: "previousTab",
    title: "Previous tab",
    group: "View",
    keys: "Ctrl+PageUp",
    everywhere: true,
    run: () => {
      nextTab(-1);
    },
  },
  {
    id: "themeDark",
    title: "Dark theme",
    group: "View",
    run: () => {
      useTheme.setState({ theme: "dark" });
    },
  },
  {
    id: "themeLight",
    title: "Light theme",
    group: "View",
    run: () => {
      useTheme.setState({ theme: "light" });
    },
  },
  {
    id: "themeSystem",
    title: "Theme of the system",
    group: "View",
    run: () => {
      useTheme.setState({ theme: "system" });
    },
  },
];
