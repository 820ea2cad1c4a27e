package org.pledge.shell.internal;

import java.util.List;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.CommandLine;
import org.apache.karaf.shell.api.console.Completer;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.completers.StringsCompleter;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.pledge.policy.PolicyService;

/** Completes the names of purposes, of the tenant that the line names. */
@Service
public final class PurposeCompleter implements Completer {
    @Reference
    BundleContext bundle;

    @Override
    public int complete(Session session, CommandLine commandLine, List<String> candidates) {
        StringsCompleter names = new StringsCompleter();
        ServiceReference<PolicyService> reference = bundle.getServiceReference(PolicyService.class);
        PolicyService policies = reference == null ? null : bundle.getService(reference);
        List<String> words = List.of(commandLine.getArguments());
        int tenant = words.indexOf("--tenant") + 1;
        if (policies != null && tenant > 0 && tenant < words.size()) {
            policies.policies().stream()
                    .filter(policy -> policy.tenant().value().equals(words.get(tenant)))
                    .flatMap(policy -> policy.purposes().stream())
                    .forEach(purpose -> names.getStrings().add(purpose.name()));
        }
        return names.complete(session, commandLine, candidates);
    }
}
