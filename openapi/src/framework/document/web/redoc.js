// Shows the document to readers.
"use strict";

const fontFamily = 'system-ui, sans-serif';
const typography = { fontFamily, headings: { fontFamily } };
Redoc.init('/openapi.json', { theme: { typography } }, document.getElementById('page'));
