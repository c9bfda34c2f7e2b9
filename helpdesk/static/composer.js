// The composer works without this file. It keeps what is typed, stages files as they are chosen, and names people.
"use strict";
