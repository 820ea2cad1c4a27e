package org.pledge.backup.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongConsumer;
import javax.sql.DataSource;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.AttributeDefinition;
import org.osgi.service.metatype.annotations.Designate;
import org.osgi.service.metatype.annotations.ObjectClassDefinition;
import org.pledge.Caller;
import org.pledge.PledgeException;
import org.pledge.Role;
import org.pledge.audit.AuditLog;
import org.pledge.audit.Leaf;
import org.pledge.backup.BackupService;
import org.pledge.store.Transactions;

/** Makes backups of the databases that the platform uses. */
@Component(configurationPid = "org.pledge.backup")
@Designate(ocd = DefaultBackupService.Config.class)
public final class DefaultBackupService implements BackupService {
    /** Where backups go. */
    @ObjectClassDefinition(name = "Pledge: backups")
    public @interface Config {
        /** The folder. */
        @AttributeDefinition(description = "Folder for backups; empty for backup in Karaf's data folder")
        String folder() default "";
    }

    private final List<BackupWriter.Source> sources;
    private final Transactions transactions;
    private final AuditLog audit;
    private final Path data;
    private final Path folder;
    private final Clock clock;

    /** Reads through the pools that the platform uses. */
    @Activate
    public DefaultBackupService(
            Config config,
            @Reference(target = "(osgi.jndi.service.name=pledge-vault)") DataSource vault,
            @Reference(target = "(osgi.jndi.service.name=pledge)") DataSource main,
            @Reference Transactions transactions,
            @Reference AuditLog audit) {
        this.sources = List.of(new BackupWriter.Source("pledge-vault", vault), new BackupWriter.Source("pledge", main));
        this.transactions = transactions;
        this.audit = audit;
        this.data = Path.of(System.getProperty("karaf.data", "data"));
        this.folder = config.folder().isBlank() ? data.resolve("backup") : Path.of(config.folder());
        this.clock = Clock.systemUTC();
    }

    @Override
    public Made make(Caller caller, String to, LongConsumer progress) {
        caller.require(Role.ADMIN);
        Path key = data.resolve("keys").resolve("backup.pub");
        if (!Files.exists(key)) {
            throw new PledgeException(PledgeException.Kind.CONFLICT, "there is no backup key yet")
                    .remedy("Make one: ./pledge backup-key --to FILE");
        }
        Instant now = clock.instant();
        try {
            BackupWriter writer = new BackupWriter(sources, BackupKey.readPublic(key));
            BackupWriter.Made made = writer.write(to.isBlank() ? folder : Path.of(to), now, progress);
            transactions.required(() -> audit.append(new Leaf(
                    caller.tenant(),
                    now,
                    Leaf.Act.BACKUP_MADE,
                    caller.name(),
                    Optional.empty(),
                    List.of(),
                    Map.of("rows", Long.toString(made.rows())))));
            return new Made(made.data().toString(), made.keys().toString(), made.rows());
        } catch (IOException | SQLException e) {
            throw new PledgeException(
                            PledgeException.Kind.UNAVAILABLE,
                            "the backup was not made: "
                                    + (e instanceof DamagedFileException
                                            ? e.getMessage()
                                            : e.getClass().getSimpleName()))
                    .remedy("Look at the folder, the space left and the databases, and try again.");
        }
    }
}
