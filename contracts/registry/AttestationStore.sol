// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Demand, IAttestations} from "../interfaces/IAttestations.sol";
import {Demands} from "./Demands.sol";

/// @title Whose attestations stand, and who answered for which failed demand
abstract contract AttestationStore is Demands {
    /// @dev One slot. Entries are in the order of their ends. `stale`: the same account has a later one.
    struct Entry {
        address attester;
        uint40 expires;
        bool stale;
    }

    /// @param first    number of the first entry, that tells what it answers for; `last` of the latest
    /// @param failures how many demands had failed before
    struct Attestation {
        uint96 stake;
        uint40 expires;
        uint40 first;
        uint40 last;
        uint40 failures;
    }

    /// @param entries the attestations before this one answered for it
    struct Failure {
        address demander;
        uint40 openedAt;
        uint40 entries;
    }

    mapping(bytes32 versionId => Entry[]) internal _entries;
    mapping(bytes32 versionId => mapping(address attester => Attestation)) internal _attestations;
    mapping(bytes32 versionId => Failure[]) internal _failures;

    /// @inheritdoc IAttestations
    function isAttested(bytes32 versionId, uint256 least) external view returns (bool) {
        Entry[] storage entries = _entries[versionId];
        uint256 found = 0;
        uint256 end = _voided(versionId);
        for (uint256 i = entries.length; i > end && found < least; --i) {
            Entry memory entry = entries[i - 1];
            if (entry.expires <= block.timestamp) break;
            if (!entry.stale) ++found;
        }
        return found >= least;
    }

    /// @inheritdoc IAttestations
    function attestersOf(bytes32 versionId) external view returns (address[] memory attesters) {
        Entry[] storage entries = _entries[versionId];
        uint256 end = _voided(versionId);
        attesters = new address[](entries.length - end);
        uint256 found = 0;
        for (uint256 i = entries.length; i > end; --i) {
            Entry memory entry = entries[i - 1];
            if (entry.expires > block.timestamp && !entry.stale) attesters[found++] = entry.attester;
        }
        assembly ("memory-safe") {
            mstore(attesters, found)
        }
    }

    /// @inheritdoc IAttestations
    function attestationOf(bytes32 versionId, address attester) external view returns (uint256 stake, uint256 expires, bool forfeit) {
        Attestation memory a = _attestations[versionId][attester];
        return (a.stake, a.expires, a.stake != 0 && _isForfeit(versionId, a));
    }

    /// @inheritdoc Demands
    function _standing(bytes32 versionId) internal view override returns (uint40 count) {
        Entry[] storage entries = _entries[versionId];
        count = uint40(entries.length);
        if (count == _voided(versionId) || entries[count - 1].expires <= block.timestamp) revert Attestations_NoAttester(versionId);
    }

    /// @inheritdoc Demands
    function _failed(bytes32 versionId, Demand memory failed) internal override {
        emit DemandFailed(versionId, failed.demander, _failures[versionId].length);
        _failures[versionId].push(Failure({demander: failed.demander, openedAt: failed.openedAt, entries: failed.entries}));
    }

    /// @dev Entries below this number are void: their demand failed.
    function _voided(bytes32 versionId) private view returns (uint256) {
        Failure[] storage failures = _failures[versionId];
        return failures.length == 0 ? 0 : failures[failures.length - 1].entries;
    }

    function _isForfeit(bytes32 versionId, Attestation memory a) internal view returns (bool forfeit) {
        (forfeit,) = _failureOf(versionId, a);
    }

    /// @dev Of the failures since the attestation, the first may be of a demand that was pending then; the second was opened after it.
    function _failureOf(bytes32 versionId, Attestation memory a) internal view returns (bool forfeit, address demander) {
        Failure[] storage failures = _failures[versionId];
        for (uint256 i = a.failures; i < failures.length && i < uint256(a.failures) + 2; ++i) {
            Failure memory f = failures[i];
            if (_answersFor(a, f.entries, f.openedAt)) return (true, f.demander);
        }
    }

    function _answersFor(Attestation memory a, uint40 entries, uint40 openedAt) internal pure returns (bool) {
        return a.first < entries && a.expires > openedAt;
    }
}
