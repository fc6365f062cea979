// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Demand, IAttestations} from "../interfaces/IAttestations.sol";
import {ILiveClock} from "../interfaces/ILiveClock.sol";
import {IModelRegistry} from "../interfaces/IModelRegistry.sol";
import {IOperatorRegistry} from "../interfaces/IOperatorRegistry.sol";
import {IParameters} from "../interfaces/IParameters.sol";
import {AttestationStore} from "./AttestationStore.sol";
import {Demands} from "./Demands.sol";

/// @title Stakes on the availability of versions, see IAttestations
contract Attestations is AttestationStore {
    uint256 internal constant LIFE = 30 days;
    /// @dev So an account has at most two entries whose time is not over: counting looks at few.
    uint256 internal constant RENEWAL = 15 days;
    uint256 internal constant DEMANDER_BPS = 3_000;
    uint256 internal constant SLASHER_BPS = 1_000;
    uint256 internal constant BPS = 10_000;

    constructor(IParameters parameters, IModelRegistry models, IOperatorRegistry operators, ILiveClock clock)
        Demands(parameters, models, operators, clock)
    {}

    /// @inheritdoc IAttestations
    function attest(bytes32 versionId) external {
        (,,,, bool retired) = MODELS.offer(versionId);
        if (retired) revert Attestations_Retired(versionId);
        _endOverdue(versionId);
        Attestation memory a = _attestations[versionId][msg.sender];
        if (a.stake != 0 && a.expires <= block.timestamp) {
            _release(versionId, a);
            delete a;
        }
        uint40 entry = uint40(_entries[versionId].length);
        if (a.stake == 0) {
            (a.first, a.failures) = (entry, uint40(_failures[versionId].length));
        } else {
            if (_isForfeit(versionId, a)) revert Attestations_Forfeit(versionId, msg.sender);
            // INVARIANT: who answers for a pending demand keeps the entry by which it does.
            if (_demands[versionId].openedAt != 0) revert Attestations_DemandPending(versionId);
            if (block.timestamp + LIFE - RENEWAL < a.expires) revert Attestations_TooEarly(versionId, a.expires - (LIFE - RENEWAL));
            _entries[versionId][a.last].stale = true;
        }
        uint96 stake = PARAMETERS.vaultRules().attestationStake;
        uint96 more = stake > a.stake ? stake - a.stake : 0;
        (a.stake, a.expires, a.last) = (a.stake + more, uint40(block.timestamp + LIFE), entry);
        _attestations[versionId][msg.sender] = a;
        _entries[versionId].push(Entry({attester: msg.sender, expires: a.expires, stale: false}));
        emit Attested(versionId, msg.sender, a.expires, a.stake);
        if (more > 0) OPERATORS.lock(msg.sender, more);
    }

    /// @inheritdoc IAttestations
    function release(bytes32 versionId) external {
        _endOverdue(versionId);
        Attestation memory a = _attested(versionId, msg.sender);
        if (block.timestamp < a.expires) revert Attestations_NotLapsed(versionId, a.expires);
        _release(versionId, a);
    }

    /// @inheritdoc IAttestations
    function slash(bytes32 versionId, address attester) external {
        _endOverdue(versionId);
        Attestation memory a = _attested(versionId, attester);
        (bool forfeit, address demander) = _failureOf(versionId, a);
        if (!forfeit) revert Attestations_NotForfeit(versionId, attester);
        delete _attestations[versionId][attester];
        emit AttestationSlashed(versionId, attester, a.stake);
        address[] memory accounts = new address[](2);
        uint256[] memory shares = new uint256[](2);
        // INVARIANT: more than half is burned, so that to demand of oneself and fail loses money.
        (accounts[0], shares[0]) = (demander, a.stake * DEMANDER_BPS / BPS);
        (accounts[1], shares[1]) = (msg.sender, a.stake * SLASHER_BPS / BPS);
        OPERATORS.slash(attester, a.stake, accounts, shares);
    }

    function _release(bytes32 versionId, Attestation memory a) private {
        if (_isForfeit(versionId, a)) revert Attestations_Forfeit(versionId, msg.sender);
        Demand memory d = _demands[versionId];
        if (d.openedAt != 0 && _answersFor(a, d.entries, d.openedAt)) revert Attestations_DemandPending(versionId);
        delete _attestations[versionId][msg.sender];
        emit AttestationReleased(versionId, msg.sender, a.stake);
        OPERATORS.release(msg.sender, a.stake);
    }

    function _attested(bytes32 versionId, address attester) private view returns (Attestation memory a) {
        a = _attestations[versionId][attester];
        if (a.stake == 0) revert Attestations_NotAttested(versionId, attester);
    }
}
