# SPDX-License-Identifier: MIT
# The reader's own script, in the examples of packer -t.
import json
print(json.dumps({'mean': 1.0}))
