package org.pledge.crypto.internal;

import org.osgi.framework.BundleContext;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.Designate;
import org.pledge.crypto.spi.WrappedKeyStore;
import org.pledge.store.Transactions;

/** Opens the root keys once they are there and the database says that they are its own. */
@Component(
        service = {},
        configurationPid = "org.pledge.crypto")
@Designate(ocd = RootKeys.Config.class)
public final class OpenedKeys {
    private final Offering<RootKeys> offering;

    /** Begins. */
    @Activate
    public OpenedKeys(
            BundleContext context,
            RootKeys.Config config,
            @Reference Transactions transactions,
            @Reference WrappedKeyStore store) {
        this.offering = new Offering<>(
                context,
                RootKeys.class,
                () -> new RootKeys(config, transactions, store),
                RootKeys::deactivate,
                Offering.PAUSE);
    }

    /** Withdraws them, and wipes them. */
    @Deactivate
    public void stop() {
        offering.stop();
    }
}
