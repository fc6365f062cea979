// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AssertionId, RequestId} from "../types/Ids.sol";
import {AssertionStatus} from "../types/Inference.sol";
import {Delivering} from "./Delivering.sol";
import {StoredAssertion} from "./StoredAssertion.sol";
import {StoredRequest} from "./StoredRequest.sol";

/// @param index of the assertion in its request
struct Survivor {
    AssertionId id;
    address asserter;
    uint256 index;
    bytes32 outputHash;
}

/// @title Who agrees with whom
abstract contract Tallying is Delivering {
    /// @dev Goes through the assertions in order, over those that are defeated, until one completes `redundancy` different asserters of one
    ///      output, or until one that is not final yet.
    /// @return survivors different asserters or outputs, in order; the last one completed the agreement if `most` is the redundancy
    /// @return most      asserters that agree at most
    /// @return pending   the assertion that has to be waited for, zero for none
    function _tally(RequestId requestId, StoredRequest storage r)
        internal
        view
        returns (Survivor[] memory survivors, uint256 most, AssertionId pending)
    {
        uint256 wanted = r.state.redundancy();
        uint256 count = r.count;
        uint256 found = 0;
        uint256 index = r.firstIndex();
        survivors = _pointers(wanted == 1 ? 1 : count - index);
        for (; index < count && most < wanted; ++index) {
            AssertionId id = _assertionsOf[requestId][index];
            StoredAssertion storage a = _assertions[id];
            if (a.status == AssertionStatus.DEFEATED) continue;
            if (!a.isFinal(LIVE_CLOCK)) {
                pending = id;
                break;
            }
            Survivor memory next = Survivor({id: id, asserter: a.asserter, index: index, outputHash: wanted > 1 ? a.outputHash : bytes32(0)});
            uint256 agreeing = found == 0 ? 1 : _agreeing(survivors, found, next);
            if (agreeing == 0) continue;
            survivors[found++] = next;
            if (agreeing > most) most = agreeing;
        }
        assembly ("memory-safe") {
            mstore(survivors, found)
        }
    }

    /// @dev A list of survivors that are not there yet, without the memory that empty ones would take.
    function _pointers(uint256 length) private pure returns (Survivor[] memory survivors) {
        uint256[] memory pointers = new uint256[](length);
        assembly ("memory-safe") {
            survivors := pointers
        }
    }

    /// @dev How many agree when `next` joins the first `found`; 0 if its asserter said the same before.
    function _agreeing(Survivor[] memory survivors, uint256 found, Survivor memory next) private pure returns (uint256 agreeing) {
        agreeing = 1;
        for (uint256 i = 0; i < found; ++i) {
            if (survivors[i].outputHash != next.outputHash) continue;
            if (survivors[i].asserter == next.asserter) return 0;
            ++agreeing;
        }
    }

    /// @dev The first `most` different asserters among the survivors whose output is `outputHash`, or any if that is zero.
    function _payees(Survivor[] memory survivors, bytes32 outputHash, uint256 most) internal pure returns (Survivor[] memory payees) {
        if (most == 1) return survivors;
        payees = _pointers(most);
        uint256 found = 0;
        for (uint256 i = 0; i < survivors.length && found < most; ++i) {
            if (outputHash != 0 && survivors[i].outputHash != outputHash) continue;
            bool again = false;
            for (uint256 j = 0; j < found; ++j) {
                again = again || payees[j].asserter == survivors[i].asserter;
            }
            if (!again) payees[found++] = survivors[i];
        }
        assembly ("memory-safe") {
            mstore(payees, found)
        }
    }
}
