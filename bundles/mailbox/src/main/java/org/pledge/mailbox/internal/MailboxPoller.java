package org.pledge.mailbox.internal;

import jakarta.mail.MessagingException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.pledge.PledgeException;
import org.pledge.TenantId;
import org.pledge.access.RepeatableRequests;
import org.pledge.crypto.LookupTokens;
import org.pledge.mailbox.internal.Mailbox.Place;
import org.pledge.mailbox.internal.Mailbox.Protection;
import org.pledge.policy.PolicyService;
import org.pledge.rights.RightsService;
import org.pledge.sharing.spi.PartnerSecrets;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks into one tenant's mailbox again and again; a server that is away is asked anew each time. */
@Component(
        immediate = true,
        service = {},
        configurationPid = "org.pledge.mailbox",
        configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = MailboxPoller.Config.class, factory = true)
public final class MailboxPoller {
    /** Settings of one mailbox. */
    @ObjectClassDefinition(name = "Pledge: mailbox")
    public @interface Config {
        /** Whose it is. */
        @AttributeDefinition(description = "The tenant whose requests arrive here.")
        String tenant();

        /** The server. */
        @AttributeDefinition(description = "The IMAP server.")
        String host();

        /** Its port. */
        @AttributeDefinition(description = "The server's port.")
        int port() default 993;

        /** Protection of the connection. */
        @AttributeDefinition(description = "tls, starttls, or none on a loopback address only.")
        String protection() default "tls";

        /** Who logs in. */
        @AttributeDefinition(
                description = "The user; the password is the secret <tenant>.mailbox beside those of the partners.")
        String user();

        /** Where new mail is. */
        @AttributeDefinition(description = "The folder that is looked into.")
        String folder() default "INBOX";

        /** How often it is looked at. */
        @AttributeDefinition(description = "Seconds between two looks.")
        int seconds() default 60;

        /** Whose law holds where the sender's is not known. */
        @AttributeDefinition(
                description = "Where senders are taken to live, as ISO 3166 code; empty: the policy's first place.")
        String jurisdiction() default "";

        /** Requests of one sender. */
        @AttributeDefinition(description = "Mails an hour that are taken of one sender; more are held for staff.")
        int perSender() default 5;

        /** Requests of all. */
        @AttributeDefinition(description = "Mails an hour that are taken of all; more wait.")
        int perHour() default 500;
    }

    private static final Logger LOG = LoggerFactory.getLogger(MailboxPoller.class);
    private static final List<String> LOOPBACK = List.of("127.0.0.1", "::1", "localhost");

    private final TenantId tenant;
    private final Mailbox mailbox;
    private final Intake intake;
    private final PartnerSecrets secrets;
    private final ScheduledExecutorService timer;
    private boolean away;

    /** Looks now and then every so many seconds. */
    @Activate
    public MailboxPoller(
            Config config,
            @Reference RightsService rights,
            @Reference RepeatableRequests repeatable,
            @Reference PolicyService policies,
            @Reference LookupTokens tokens,
            @Reference PartnerSecrets secrets) {
        this(config, rights, repeatable, policies, tokens, secrets, Clock.systemUTC());
        timer.scheduleWithFixedDelay(this::tryToLook, 0, Math.max(5, config.seconds()), TimeUnit.SECONDS);
    }

    MailboxPoller(
            Config config,
            RightsService rights,
            RepeatableRequests repeatable,
            PolicyService policies,
            LookupTokens tokens,
            PartnerSecrets secrets,
            Clock clock) {
        this.tenant = new TenantId(config.tenant());
        Protection protection = protection(config.protection());
        if (protection == Protection.NONE && !LOOPBACK.contains(config.host())) {
            throw new IllegalArgumentException(
                    "protection = none is for a server on a loopback address only: set tls or"
                            + " starttls in etc/org.pledge.mailbox-" + tenant + ".cfg");
        }
        this.mailbox = new Mailbox(new Place(config.host(), config.port(), protection, config.user(), config.folder()));
        this.intake = new Intake(
                tenant,
                rights,
                repeatable,
                tokens,
                () -> config.jurisdiction().isBlank()
                        ? policies.current(tenant).jurisdictions().get(0)
                        : config.jurisdiction().strip(),
                config.perSender(),
                config.perHour(),
                clock);
        this.secrets = secrets;
        this.timer = Executors.newSingleThreadScheduledExecutor(work -> {
            Thread thread = new Thread(work, "pledge-mailbox-" + tenant);
            thread.setDaemon(true);
            return thread;
        });
    }

    private static Protection protection(String text) {
        return Arrays.stream(Protection.values())
                .filter(each -> each.name().equals(text.strip().toUpperCase(Locale.ROOT)))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("protection must be tls, starttls or none"));
    }

    @Deactivate
    void stop() {
        timer.shutdownNow();
    }

    /** The edge of a thread of our own: what fails now is tried again next time, and said once. */
    void tryToLook() {
        try {
            int moved = look();
            if (away) {
                LOG.info("The mailbox of {} can be read again", tenant);
            }
            away = false;
            LOG.debug("{} mails of {} were taken", moved, tenant);
        } catch (MessagingException | PledgeException e) {
            said(
                    e instanceof PledgeException refused
                            ? refused.kind().name()
                            : e.getClass().getName());
        } catch (RuntimeException | LinkageError e) {
            said(e.getClass().getName());
        }
    }

    private void said(String why) {
        if (!away) {
            LOG.warn("The mailbox of {} cannot be read ({}); this is tried again and again", tenant, why);
        }
        away = true;
    }

    int look() throws MessagingException {
        byte[] password = secrets.find(tenant + ".mailbox").orElseThrow(() -> new PledgeException(
                        PledgeException.Kind.UNAVAILABLE, "the secret " + tenant + ".mailbox is missing")
                .remedy("Put the password into a file of that name beside the partners' secrets."));
        return mailbox.look(new String(password, StandardCharsets.UTF_8).strip(), intake::take);
    }
}
