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
import org.pledge.PledgeException;
import org.pledge.TenantId;
import org.pledge.notices.MessageService;

/** Completes the names of templates, of the tenant that the line names. */
@Service
public final class TemplateCompleter implements Completer {
    @Reference
    BundleContext bundle;

    @Override
    public int complete(Session session, CommandLine commandLine, List<String> candidates) {
        StringsCompleter names = new StringsCompleter();
        ServiceReference<MessageService> reference = bundle.getServiceReference(MessageService.class);
        MessageService messages = reference == null ? null : bundle.getService(reference);
        String[] words = commandLine.getArguments();
        for (int i = 0; messages != null && i + 1 < words.length; i++) {
            if (words[i].equals("--tenant")) {
                templates(messages, words[i + 1], names);
            }
        }
        return names.complete(session, commandLine, candidates);
    }

    private static void templates(MessageService messages, String tenant, StringsCompleter names) {
        try {
            messages.templates(new TenantId(tenant))
                    .forEach(one -> names.getStrings().add(one.name()));
        } catch (PledgeException e) {
            // half a name is no tenant
        }
    }
}
