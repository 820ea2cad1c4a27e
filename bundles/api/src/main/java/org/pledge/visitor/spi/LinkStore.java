package org.pledge.visitor.spi;

import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.pledge.SubjectId;
import org.pledge.TenantId;

/** Keeps links of devices to people, and sealed records under them. Every method joins the current transaction. */
public interface LinkStore {
    /**
     * A link.
     *
     * @param token the keyed hash of the device's pseudonym
     */
    record StoredLink(TenantId tenant, UUID id, SubjectId subject, byte[] token, Instant since) {}

    /** A record under a link, of a whole day (UTC). */
    record StoredRecord(
            TenantId tenant, UUID id, LocalDate day, UUID link, SubjectId subject, String category, byte[] sealed) {}

    /** Adds a link; false, and nothing done, when the device has one. */
    boolean addLink(StoredLink link);

    /** The link of a device, held until the transaction ends. */
    Optional<StoredLink> lockLink(TenantId tenant, byte[] token);

    /** The links of a person, the oldest first. */
    List<StoredLink> links(TenantId tenant, SubjectId subject);

    /** Removes a person's link and its records; false when there was none. */
    boolean removeLink(TenantId tenant, SubjectId subject, UUID id);

    /** Removes all links of a person, however many records there are, and leaves these to {@link #removeErased}. */
    void erase(TenantId tenant, SubjectId subject);

    /** How many records there are of people who were erased. */
    long countErased(TenantId tenant);

    /** Removes up to {@code limit} records of people who were erased; returns how many. */
    int removeErased(TenantId tenant, int limit);

    /** Adds records. */
    void addRecords(List<StoredRecord> records);

    /** Records of a person by day and identifier, from the {@code after}-th on. */
    List<StoredRecord> records(TenantId tenant, SubjectId subject, int after, int limit);

    /** How many records there are under a link, by category. */
    Map<String, Long> counts(TenantId tenant, SubjectId subject, UUID link);

    /** How many records of a category are of days before {@code day}, but for some people. */
    long countBefore(TenantId tenant, String category, LocalDate day, Set<SubjectId> except);

    /**
     * Removes records of a category of days before {@code day}, the oldest days first, but for some people; about
     * {@code limit} of them, or a whole day's at once where that is as cheap.
     *
     * @return how many
     */
    int removeBefore(TenantId tenant, String category, LocalDate day, Set<SubjectId> except, int limit);

    /** Makes room for records of the days from {@code from} to the day before {@code to}, where that has to be done. */
    default void prepare(LocalDate from, LocalDate to) {}
}
