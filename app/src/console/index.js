// The command on the page asks this very server.
"use strict";

document.getElementById("server").textContent = location.origin;
