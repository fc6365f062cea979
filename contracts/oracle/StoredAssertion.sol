// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {elapsedOn, ILiveClock} from "../interfaces/ILiveClock.sol";
import {AssertionStatus} from "../types/Inference.sol";
import {RequestId} from "../types/Ids.sol";

/// @notice An assertion as it is kept: two slots, and two more where they are needed.
/// @param liveness   the request's
/// @param request    written when a dispute is prepared
/// @param outputHash written where the request wants more than one asserter
struct StoredAssertion {
    address asserter;
    uint40 assertedAt;
    uint24 liveness;
    uint24 openGames;
    AssertionStatus status;
    bytes32 traceRoot;
    RequestId request;
    bytes32 outputHash;
}

using LibStoredAssertion for StoredAssertion global;

library LibStoredAssertion {
    /// @notice Whether no game over it can be opened any more. Time in which the sequencer was down does not count.
    function livenessOver(StoredAssertion storage a, ILiveClock clock) internal view returns (bool) {
        return elapsedOn(clock, a.assertedAt, block.timestamp) > a.liveness;
    }

    /// @notice Whether it has outlived its liveness and all its games.
    function isFinal(StoredAssertion storage a, ILiveClock clock) internal view returns (bool) {
        AssertionStatus status = a.status;
        if (status != AssertionStatus.STANDING) return status == AssertionStatus.RELEASED;
        return a.openGames == 0 && a.livenessOver(clock);
    }
}
