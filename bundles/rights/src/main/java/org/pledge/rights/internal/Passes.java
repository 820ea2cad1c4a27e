package org.pledge.rights.internal;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import org.pledge.PledgeException;
import org.pledge.PledgeException.Kind;
import org.pledge.SubjectId;
import org.pledge.TenantId;
import org.pledge.crypto.LookupTokens;
import org.pledge.rights.spi.PassStore;
import org.pledge.rights.spi.PassStore.Pass;
import org.pledge.store.Transactions;
import org.pledge.subject.spi.SubjectStore;

/** Makes links and passes, of which only keyed hashes are kept, and says which are good. */
final class Passes {
    private static final String USE = "self-service";
    private static final int BYTES = 32;
    private static final int MOST_LINKS = 3;
    private static final int MOST_ACTS = 10;

    private final Clockwork clockwork;
    private final PassStore store;
    private final SubjectStore people;
    private final LookupTokens tokens;
    private final Transactions transactions;
    private final Duration time;
    private final Quota perPass = new Quota(MOST_ACTS);
    private final SecureRandom random = new SecureRandom();

    Passes(
            Clockwork clockwork,
            PassStore store,
            SubjectStore people,
            LookupTokens tokens,
            Transactions transactions,
            Duration time) {
        this.clockwork = clockwork;
        this.store = store;
        this.people = people;
        this.tokens = tokens;
        this.transactions = transactions;
        this.time = time;
    }

    /** Whether another link of a person may be made. Needs a transaction. */
    boolean mayGetLink(TenantId tenant, SubjectId person) {
        return people.knows(tenant, person) && store.links(tenant, person, clockwork.now()) < MOST_LINKS;
    }

    /** Makes a link or a pass. Needs a transaction. */
    String added(TenantId tenant, SubjectId person, boolean link, boolean handed, boolean signedIn) {
        byte[] bytes = new byte[BYTES];
        random.nextBytes(bytes);
        String text = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        Instant now = clockwork.now();
        store.addPass(new Pass(tenant, hash(tenant, text), person, link, handed, signedIn, now.plus(time)), now);
        return text;
    }

    private byte[] hash(TenantId tenant, String text) {
        return tokens.token(tenant, USE, text.getBytes(StandardCharsets.UTF_8));
    }

    /** Ends every link and pass of whoever a good link is for. Needs a transaction. */
    Pass used(TenantId tenant, String link) {
        Pass used = good(tenant, link, true);
        if (!store.removePass(tenant, used.token())) {
            throw ended();
        }
        store.removePasses(tenant, used.person());
        return used;
    }

    Pass good(TenantId tenant, String pass) {
        return transactions.required(() -> good(tenant, pass, false));
    }

    /** A good pass, for one of the few acts it is good for. */
    Pass acting(TenantId tenant, String pass) {
        Pass good = good(tenant, pass);
        if (!perPass.passes(HexFormat.of().formatHex(good.token()), clockwork.now())) {
            throw new PledgeException(Kind.DENIED, "too much was changed or asked by one link")
                    .remedy("Ask for another link later.");
        }
        return good;
    }

    private Pass good(TenantId tenant, String text, boolean link) {
        Instant now = clockwork.now();
        return store.pass(tenant, hash(tenant, text))
                .filter(pass -> pass.link() == link && now.isBefore(pass.expires()))
                .filter(pass -> people.knows(tenant, pass.person()))
                .orElseThrow(Passes::ended);
    }

    private static PledgeException ended() {
        return new PledgeException(Kind.NOT_FOUND, "this link was used, has run out, or is not whole")
                .remedy("Ask for another one.");
    }

    /** Ends every other link and pass of the person. Needs a transaction. */
    void endOthers(Pass kept) {
        store.removePasses(kept.tenant(), kept.person());
        store.addPass(kept, clockwork.now());
    }

    /** A pass for who signed in, in place of every other link and pass. Needs a transaction. */
    String signedIn(TenantId tenant, SubjectId person) {
        store.removePasses(tenant, person);
        return added(tenant, person, false, false, true);
    }

    void end(TenantId tenant, String pass) {
        transactions.required(() -> store.removePass(tenant, hash(tenant, pass)));
    }
}
