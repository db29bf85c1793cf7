// The command on the page calls this server.
"use strict";

document.getElementById("server").textContent = location.origin;
