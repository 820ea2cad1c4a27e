package org.pledge.shell.internal;

import org.pledge.PledgeException;
import org.pledge.notices.MessageService;
import org.pledge.notices.MessageService.Template;

/** A command about messages to people; it shows figures and opaque identifiers, and never an address or a text. */
abstract class MessageCommand extends TenantCommand {
    MessageService messages() {
        return service(MessageService.class);
    }

    /** The template of that name that is in use. */
    Template template(String name) {
        return messages().templates(tenant()).stream()
                .filter(one -> one.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new PledgeException(
                                PledgeException.Kind.NOT_FOUND, "this tenant has no such template in use")
                        .remedy("See message:templates --tenant " + tenant
                                + ", or read the report beside the template's file."));
    }
}
