// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Game, Phase} from "../../contracts/interfaces/IDisputeGame.sol";
import {BufferProof, Evaluation, Operand, Witness} from "../../contracts/interfaces/IStepVerifier.sol";
import {Side} from "../../contracts/types/Clock.sol";
import {GameId, RequestId} from "../../contracts/types/Ids.sol";
import {Evidence} from "../../contracts/types/Inference.sol";
import {Asserters} from "./Asserters.sol";
import {Tiny, Trace} from "./Tiny.sol";
import {vm} from "./Vm.sol";
import {Answer, Match, Question} from "./Records.sol";

/// @title What challengers do: open games, follow a difference down, and prove it
abstract contract Challengers is Asserters {
    function _truth(uint256 answer) internal view returns (Trace memory) {
        return Tiny.honest(questions[answers[answer].question].input);
    }

    /// @dev Posts the true root under the challenger's own salt.
    function _open(uint256 answer, address challenger, bool honest) internal {
        Answer storage a = answers[answer];
        _prepare(answer);
        bytes32 root = _ownRoot(answer, challenger);
        uint256 bond = game.challengerBond(a.id);
        vm.prank(challenger);
        GameId id = game.open{value: bond}(a.id, root);
        matches.push(Match({id: id, answer: answer, challenger: challenger, honest: honest, bond: bond}));
    }

    /// @dev Shows what the ids commit to, once.
    function _prepare(uint256 answer) private {
        Answer storage a = answers[answer];
        if (RequestId.unwrap(oracle.assertion(a.id).request) != 0) return;
        Question storage q = questions[a.question];
        bytes32 inputRoot = Tiny.hash(sha256("opine.inputs.v1"), q.input);
        oracle.prepare(a.id, Evidence(q.id, q.nonce, inputRoot, keccak256(Tiny.output(a.claim))));
    }

    /// @dev The true trace's, under the challenger's salt.
    function _ownRoot(uint256 answer, address challenger) internal view returns (bytes32) {
        return Tiny.root(Tiny.leaves(_truth(answer), oracle.saltOf(questions[answers[answer].question].id, challenger)));
    }

    function _challengerToMove(uint256 match_) internal view returns (bool toMove, uint256 left) {
        return _toMove(match_, Side.CHALLENGER);
    }

    /// @dev Follows the first difference.
    function _attack(uint256 match_) internal {
        Match storage m = matches[match_];
        Game memory g = game.game(m.id);
        Trace memory claim = answers[m.answer].claim;
        Trace memory truth = _truth(m.answer);
        if (g.phase == Phase.TRACE) {
            for (uint256 k = 0; k < 4; ++k) {
                if (k == Tiny.INTERIOR ? claim.stray != 0 : claim.words[k] != truth.words[k]) return _descendTrace(match_, g, k);
            }
        } else if (g.phase == Phase.KERNEL) {
            _pick(match_, g, claim.words[Tiny.INTERIOR] != truth.words[Tiny.INTERIOR] ? Tiny.INTERIOR : g.kernel);
        } else if (g.phase == Phase.TENSOR) {
            uint256 lane = 0;
            while (Tiny.lane(claim.words[g.kernel], lane) == Tiny.lane(truth.words[g.kernel], lane)) ++lane;
            _descendTensor(match_, g, lane);
        } else if (g.kernel < 3) {
            _step(match_, g, Evaluation.ELEMENT, 0);
        } else {
            bool first = claim.totals[0] != truth.totals[0];
            bool result = !first && claim.totals[1] == truth.totals[1];
            _step(match_, g, result ? Evaluation.RESULT : Evaluation.BLOCK, first || result ? 0 : 1);
        }
    }

    /// @dev Goes where the seed says, and at the end tries a step, which fails where there is no fraud.
    function _wander(uint256 match_, uint256 seed) internal {
        Match storage m = matches[match_];
        Game memory g = game.game(m.id);
        if (g.phase == Phase.TRACE) return _descendTrace(match_, g, [uint256(0), 2, 3][seed % 3]);
        if (g.phase == Phase.KERNEL) return _pick(match_, g, seed % 2 == 0 ? Tiny.INTERIOR : g.kernel);
        if (g.phase == Phase.TENSOR) return _descendTensor(match_, g, g.kernel == 3 ? 0 : seed % 8);
        Evaluation evaluation = g.kernel < 3 ? Evaluation.ELEMENT : Evaluation(1 + seed % 2);
        (uint32[] memory totals, bytes memory witness) = _stepArguments(match_, g);
        try game.step(m.id, evaluation, uint32((seed >> 8) % 2), totals, witness, _interior(m.answer, g)) {} catch {}
    }

    function _descendTrace(uint256 match_, Game memory g, uint256 kernel) private {
        Match storage m = matches[match_];
        bytes32[] memory leaves = _leaves(m.answer);
        bytes32[] memory branch = Tiny.branch(leaves, kernel);
        vm.prank(m.challenger);
        game.descendTrace(m.id, g.node, kernel, leaves[kernel], branch, proofs[1 + kernel]);
    }

    function _pick(uint256 match_, Game memory g, uint256 kernel) private {
        Match storage m = matches[match_];
        bool interior = kernel == Tiny.INTERIOR;
        bytes32 root = interior ? answers[m.answer].claim.words[kernel] : bytes32(0);
        vm.prank(m.challenger);
        game.pick(m.id, g.node, uint32(kernel), root, new bytes32[](interior ? 1 : 0), proofs[1 + kernel]);
    }

    function _descendTensor(uint256 match_, Game memory g, uint256 lane) private {
        Match storage m = matches[match_];
        vm.prank(m.challenger);
        game.descendTensor(m.id, g.node, 0, answers[m.answer].claim.words[g.kernel], new bytes32[](0), lane);
    }

    function _step(uint256 match_, Game memory g, Evaluation evaluation, uint32 block_) private {
        (uint32[] memory totals, bytes memory witness) = _stepArguments(match_, g);
        game.step(matches[match_].id, evaluation, block_, totals, witness, _interior(matches[match_].answer, g));
    }

    /// @dev What was sworn of the segment of `b` and `c`; of the others nothing.
    function _interior(uint256 answer, Game memory g) private view returns (bytes32) {
        return g.kernel == 1 || g.kernel == 2 ? Tiny.hash(answers[answer].claim.words[Tiny.INTERIOR], 0) : bytes32(0);
    }

    function _stepArguments(uint256 match_, Game memory g) private view returns (uint32[] memory totals, bytes memory witness) {
        uint256 answer = matches[match_].answer;
        totals = g.kernel == 3 ? _totals(answers[answer].claim) : new uint32[](0);
        Witness memory w;
        (w.descriptor, w.proof) = (descriptors[g.kernel], proofs[1 + g.kernel]);
        w.operands = new Operand[](g.kernel == 2 ? 2 : 1);
        if (g.kernel == 0) {
            w.inputRoots = new bytes32[](1);
            w.inputRoots[0] = questions[answers[answer].question].input;
        }
        // Kernel 2 reads the buffers of both before it, the others that of the one before.
        for (uint256 i = 0; i < w.operands.length; ++i) w.operands[i] = _operand(answer, g.kernel == 2 ? 1 + i : g.kernel);
        witness = abi.encode(w);
    }

    /// @dev A buffer's word, opened: the input, or what the asserter claims of kernel `buffer - 1`.
    function _operand(uint256 answer, uint256 buffer) private view returns (Operand memory o) {
        (o.buffer, o.proof, o.indices, o.words) = (uint32(buffer), proofs[buffer], new uint32[](1), new bytes32[](1));
        if (buffer == 0) {
            o.root = questions[answers[answer].question].input;
        } else {
            o.root = answers[answer].claim.words[buffer - 1];
            o.place = buffer - 1 == Tiny.INTERIOR ? new bytes32[](1) : Tiny.branch(_leaves(answer), buffer - 1);
        }
        o.words[0] = o.root;
    }
}
