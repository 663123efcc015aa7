// Empty stand-in: see gloo_stub/README.md.
#pragma once
