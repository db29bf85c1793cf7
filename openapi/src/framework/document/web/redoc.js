// Shows the document to readers.
"use strict";

const fontFamily = 'system-ui, sans-serif';
const typography = { fontFamily, headings: { fontFamily } };
// The panel on the right is dark anyway.
const dark = {
  colors: {
    primary: { main: '#f0b04e' },
    text: { primary: '#ece8e1', secondary: '#aaa397' },
    border: { dark: '#3d3933', light: '#3d3933' },
    responses: {
      success: { color: '#76d08f', backgroundColor: '#1d2a20' },
      error: { color: '#ff8d84', backgroundColor: '#2e1e1c' },
      redirect: { color: '#aaa397', backgroundColor: '#22201d' },
    },
  },
  schema: { nestedBackground: '#22201d', linesColor: '#aaa397', typeNameColor: '#ece8e1', typeTitleColor: '#ece8e1' },
  sidebar: { backgroundColor: '#22201d', textColor: '#ece8e1' },
  rightPanel: { backgroundColor: '#0f0e0d' },
};
const darkCode = { code: { backgroundColor: '#22201d', color: '#ff8d84' }, links: { color: '#f0b04e' } };
const isDark = matchMedia('(prefers-color-scheme: dark)').matches;
const theme = isDark ? { ...dark, typography: { ...typography, ...darkCode } } : { typography };
Redoc.init('/openapi.json', { theme }, document.getElementById('page'));
