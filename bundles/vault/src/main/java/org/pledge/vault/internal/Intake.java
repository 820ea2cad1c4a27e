package org.pledge.vault.internal;

import java.time.Clock;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.function.Function;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.pledge.crypto.CardSealer;
import org.pledge.store.VaultTransactions;
import org.pledge.vault.Network;

/** Opens what was encrypted to the vault, once. */
@Component(service = Intake.class)
public final class Intake {
    private final VaultTransactions transactions;
    private final CompactJwe jwes;
    private final UsedOnce once;
    private final Clock clock;

    /** In the container. */
    @Activate
    public Intake(@Reference VaultTransactions transactions, @Reference CardSealer sealer) {
        this(transactions, sealer, Clock.systemUTC());
    }

    Intake(VaultTransactions transactions, CardSealer sealer, Clock clock) {
        this.transactions = transactions;
        this.jwes = new CompactJwe(sealer);
        this.once = new UsedOnce(clock);
        this.clock = clock;
    }

    /** A card; the caller closes it. */
    CardForm card(byte[] jwe) {
        return opened(jwe, plain -> CardForm.read(plain, once, YearMonth.now(clock.withZone(ZoneOffset.UTC))));
    }

    /** A security code alone; the caller closes it. */
    CodeForm code(byte[] jwe, Network network) {
        return opened(jwe, plain -> CardForm.readCode(plain, once, network));
    }

    /** Uses up what came with a card or a code, in the transaction that keeps it: when that is undone, so is this. */
    void use(UsedOnce.Ticket ticket) {
        once.use(ticket);
        transactions.whenUndone(() -> once.giveBack(ticket));
    }

    private <T> T opened(byte[] jwe, Function<byte[], T> read) {
        byte[] plain = Opening.bytes(transactions, () -> jwes.open(jwe));
        try {
            return read.apply(plain);
        } finally {
            Arrays.fill(plain, (byte) 0);
        }
    }
}
