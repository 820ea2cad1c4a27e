package org.pledge.shell.internal;

import java.util.List;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.pledge.deploy.ArtifactTrust;
import org.pledge.deploy.ArtifactTrust.Signed;

/** Lists what signed artifacts took effect, and whether their keys are trusted still. */
@Service
@Command(
        scope = "deploy",
        name = "list",
        description = "Lists what signed artifacts took effect, and whether their keys are trusted still",
        detailedDescription = """
            Example: deploy:list
            """)
public final class DeployList extends PledgeCommand {
    @Override
    int run() {
        List<Signed> active = service(ArtifactTrust.class).active();
        Rows rows = new Rows("Target", "Name", "Version", "Signed by", "Key");
        active.forEach(each -> rows.add(each.target(), each.name(), each.version(), each.key(), key(each)));
        print(rows);
        return 0;
    }

    static String key(Signed signed) {
        return signed.trusted() ? "trusted" : "NOT_TRUSTED";
    }
}
