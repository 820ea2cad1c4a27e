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

/** Completes the names of tenants. */
@Service
public final class TenantCompleter implements Completer {
    @Reference
    BundleContext bundle;

    @Override
    public int complete(Session session, CommandLine commandLine, List<String> candidates) {
        StringsCompleter names = new StringsCompleter();
        ServiceReference<PolicyService> reference = bundle.getServiceReference(PolicyService.class);
        PolicyService policies = reference == null ? null : bundle.getService(reference);
        if (policies != null) {
            policies.policies().forEach(p -> names.getStrings().add(p.tenant().value()));
        }
        return names.complete(session, commandLine, candidates);
    }
}
