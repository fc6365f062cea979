// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IInferenceOracle} from "../interfaces/IInferenceOracle.sol";
import {RequestRules} from "../interfaces/IParameters.sol";
import {Bonds} from "../libraries/Bonds.sol";
import {TAG_INPUTS} from "../libraries/Tags.sol";
import {TensorTree} from "../libraries/TensorTree.sol";
import {RequestId} from "../types/Ids.sol";
import {Ask, RequestTerms} from "../types/Inference.sol";
import {Lookup} from "./Lookup.sol";
import {LibState, State, StoredRequest} from "./StoredRequest.sol";

/// @title Requests: asked, one by one or several at once, and paid for
abstract contract Asking is Lookup {
    uint8 internal constant MAX_REDUNDANCY = 8;

    /// @dev Of a request that hears of its first answer: that, its fall, and the final one.
    uint256 internal constant OPTIMISTIC_CALLBACKS = 3;

    /// @inheritdoc IInferenceOracle
    function requestInference(bytes32 versionId, bytes calldata input, RequestTerms calldata terms)
        external
        payable
        returns (RequestId requestId)
    {
        uint256 due;
        (RequestRules memory rules, uint256 multiple) = PARAMETERS.askingRules();
        (requestId, due) = _ask(rules, multiple, versionId, input, terms);
        _collect(due);
    }

    /// @inheritdoc IInferenceOracle
    function requestBatch(Ask[] calldata asks) external payable returns (RequestId[] memory requestIds) {
        (RequestRules memory rules, uint256 multiple) = PARAMETERS.askingRules();
        requestIds = new RequestId[](asks.length);
        uint256 total = 0;
        for (uint256 i = 0; i < asks.length; ++i) {
            uint256 due;
            (requestIds[i], due) = _ask(rules, multiple, asks[i].versionId, asks[i].input, asks[i].terms);
            total += due;
        }
        _collect(total);
    }

    /// @inheritdoc IInferenceOracle
    function estimateFee(bytes32 versionId, RequestTerms calldata terms) external view returns (uint256) {
        (,, uint96 price,,) = MODELS.offer(versionId);
        return _due(price, terms, _gasPrice(PARAMETERS.requestRules()));
    }

    /// @inheritdoc IInferenceOracle
    function minimumBond(uint256 fee) external view returns (uint256) {
        (RequestRules memory rules, uint256 multiple) = PARAMETERS.askingRules();
        return _minimumBond(rules, multiple, fee);
    }

    function _ask(RequestRules memory rules, uint256 multiple, bytes32 versionId, bytes calldata input, RequestTerms calldata terms)
        private
        returns (RequestId requestId, uint256 due)
    {
        _checkTerms(rules, multiple, terms);
        (bytes32 programRoot, uint40 serial, uint96 price, bool active, bool retired, uint256[] memory lengths) =
            MODELS.offerWithInputs(versionId);
        if (retired) revert InferenceOracle_VersionRetired(versionId);
        if (!active && !terms.allowInactive) revert InferenceOracle_VersionInactive(versionId);
        bytes32 inputRoot = _inputRoot(lengths, input);
        uint256 nonce = _nonces[msg.sender]++;
        requestId = _requestIdOf(msg.sender, nonce, programRoot, inputRoot);
        uint24 gasPrice = _gasPrice(rules);
        State state = LibState.open(terms.redundancy, terms.optimistic, terms.allowInactive, terms.callbackGas == 0);
        if (price > 0 || terms.delayPrice > 0 || terms.optimistic) state = state.with(LibState.EXTRAS);
        StoredRequest storage r = _requests[requestId];
        r.consumer = msg.sender;
        r.time = terms.deadline;
        r.liveness = uint24(terms.liveness);
        r.state = state;
        r.bond = uint80(terms.bond);
        r.fee = uint80(terms.fee);
        r.callbackGas = uint24(terms.callbackGas);
        r.gasPrice = gasPrice;
        r.serial = serial;
        if (price > 0) r.price = price;
        if (terms.delayPrice > 0) r.delayPrice = terms.delayPrice;
        emit InferenceRequested(requestId, programRoot, msg.sender, versionId, nonce, price, terms, input);
        due = _due(price, terms, gasPrice);
    }

    /// @dev Takes what is due and credits the rest to the caller.
    function _collect(uint256 due) private {
        if (msg.value < due) revert InferenceOracle_ValueTooLow(due, msg.value);
        if (due > 0) OPERATORS.credit{value: due}(address(this));
        if (msg.value > due) OPERATORS.credit{value: msg.value - due}(msg.sender);
    }

    function _due(uint256 price, RequestTerms calldata terms, uint24 gasPrice) private pure returns (uint256) {
        uint256 callbacks = terms.optimistic ? OPTIMISTIC_CALLBACKS : 1;
        return price + terms.fee + callbacks * terms.callbackGas * (uint256(gasPrice) << GAS_PRICE_SHIFT);
    }

    function _checkTerms(RequestRules memory rules, uint256 multiple, RequestTerms calldata terms) private view {
        if (terms.deadline <= block.timestamp) revert InferenceOracle_BadTerms("deadline");
        if (terms.liveness < rules.minLiveness || terms.liveness > rules.maxLiveness) revert InferenceOracle_BadTerms("liveness");
        if (terms.fee > type(uint80).max) revert InferenceOracle_BadTerms("fee");
        // INVARIANT: a bond whose most reward does not pay for a challenge protects nothing.
        if (terms.bond < _minimumBond(rules, multiple, terms.fee) || terms.bond > type(uint80).max) revert InferenceOracle_BadTerms("bond");
        // INVARIANT: a challenge holds the delay price with its bond in 88 bits; a game that did not could never be lost, nor its assertion end.
        if (terms.delayPrice > type(uint80).max) revert InferenceOracle_BadTerms("delayPrice");
        if (terms.callbackGas > rules.maxCallbackGas) revert InferenceOracle_BadTerms("callbackGas");
        if (terms.redundancy == 0 || terms.redundancy > MAX_REDUNDANCY) revert InferenceOracle_BadTerms("redundancy");
        if (terms.optimistic && terms.callbackGas == 0) revert InferenceOracle_BadTerms("optimistic");
    }

    /// @dev The governed price for callbacks, as it is stored: rounded up.
    function _gasPrice(RequestRules memory rules) private pure returns (uint24) {
        return uint24((uint256(rules.gasPrice) + (1 << GAS_PRICE_SHIFT) - 1) >> GAS_PRICE_SHIFT);
    }

    function _minimumBond(RequestRules memory rules, uint256 multiple, uint256 fee) private view returns (uint256) {
        uint256 gasPrice = Bonds.gasPriceFor(rules.gasPrice, multiple, block.basefee);
        return Bonds.asserterBond(gasPrice, fee, rules.minBond);
    }

    function _inputRoot(uint256[] memory lengths, bytes calldata input) private view returns (bytes32) {
        bytes32[] memory roots = new bytes32[](lengths.length + 1);
        roots[0] = TAG_INPUTS;
        uint256 offset = 0;
        for (uint256 i = 0; i < lengths.length; ++i) {
            uint256 end = offset + lengths[i];
            if (end > input.length) revert InferenceOracle_InputLength(end, input.length);
            roots[i + 1] = TensorTree.rootOfBytes(input[offset:end]);
            offset = end;
        }
        if (offset != input.length) revert InferenceOracle_InputLength(offset, input.length);
        return sha256(abi.encodePacked(roots));
    }
}
