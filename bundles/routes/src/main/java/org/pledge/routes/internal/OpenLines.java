package org.pledge.routes.internal;

import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.pledge.sharing.spi.PartnerLine;

/** Offers the lines of the guarded context. */
@Component
public final class OpenLines implements PartnerLine {
    private final PartnerLine lines;

    /** In the container. */
    @Activate
    public OpenLines(@Reference CamelHost host) {
        this.lines = host.camel().lines();
    }

    @Override
    public Reply call(Call call) {
        return lines.call(call);
    }
}
