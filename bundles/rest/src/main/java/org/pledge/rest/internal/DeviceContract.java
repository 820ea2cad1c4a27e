package org.pledge.rest.internal;

import static org.pledge.rest.internal.Contract.needed;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.pledge.SubjectId;
import org.pledge.rest.internal.RightsContract.Staying;
import org.pledge.subject.EndingService;
import org.pledge.visitor.LinkService;

/** The schemas of {@code openapi.yaml} about linked devices and about events that end a purpose. */
final class DeviceContract {
    private DeviceContract() {}

    record SubjectEvent(String event) {
        SubjectEvent {
            needed("event", event);
        }
    }

    record EndedPurpose(String event, Set<String> removed, List<Staying> kept) {
        static EndedPurpose of(EndingService.Ended ended) {
            return new EndedPurpose(
                    ended.event(),
                    Contract.sorted(ended.removed()),
                    ended.kept().stream().map(Staying::of).toList());
        }
    }

    record DeviceLinkRequest(String device) {
        DeviceLinkRequest {
            needed("device", device);
        }

        @Override
        public String toString() {
            return "DeviceLinkRequest[]";
        }
    }

    record DeviceLink(UUID id, SubjectId subject, Instant since, Map<String, Long> records, List<String> promises) {
        static DeviceLink of(LinkService.Link link) {
            return new DeviceLink(
                    link.id(), link.person(), link.since(), new TreeMap<>(link.records()), link.promises());
        }
    }

    record DeviceRecords(List<DeviceRecord> records) {
        DeviceRecords {
            records = Contract.list("records", records);
        }
    }

    record DeviceRecord(String device, String category, Instant at, String value) {
        DeviceRecord {
            needed("device", device);
            needed("category", category);
            needed("at", at);
            needed("value", value);
        }

        LinkService.Seen toValue() {
            return new LinkService.Seen(device, category, at, value);
        }

        @Override
        public String toString() {
            return "DeviceRecord[" + category + "]";
        }
    }
}
