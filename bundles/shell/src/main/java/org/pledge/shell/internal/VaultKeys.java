package org.pledge.shell.internal;

import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;

/** Lists the keys that wrap the keys of cards, newest first. */
@Service
@Command(
        scope = "vault",
        name = "keys",
        description = "Lists the keys that wrap the keys of cards, newest first",
        detailedDescription = """
            Example: vault:keys
            """)
public final class VaultKeys extends VaultCommand {
    @Override
    int run() {
        print(rows(administration().keys(platform())));
        return 0;
    }
}
