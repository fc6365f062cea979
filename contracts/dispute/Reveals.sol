// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {Game, IDisputeGame, Phase} from "../interfaces/IDisputeGame.sol";
import {Assertion} from "../interfaces/IInferenceOracle.sol";
import {Merkle} from "../libraries/Merkle.sol";
import {TensorTree} from "../libraries/TensorTree.sol";
import {GameId} from "../types/Ids.sol";
import {Meta} from "../types/Meta.sol";
import {Position, ROOT} from "../types/Position.sol";
import {Outcomes} from "./Outcomes.sol";

/// @title The asserter's moves
/// @notice Hashed reveals prove themselves and may come from anybody. Oaths are the asserter's alone: were they open to others, a stranger could
///         forge totals for an honest assertion and slash it.
abstract contract Reveals is Outcomes, EIP712 {
    bytes32 private constant _INTERIOR = keccak256("Interior(bytes32 assertionId,uint32 first,bytes32 content)");
    bytes32 private constant _TOTALS = keccak256("Totals(bytes32 assertionId,uint32 kernel,uint32 element,bytes32 content)");

    constructor() EIP712("Opine", "1") {}

    /// @inheritdoc IDisputeGame
    function reveal(GameId gameId, bytes32[] calldata nodes) external {
        Game storage g = _inProgress(gameId);
        Phase phase = g.phase;
        if (phase != Phase.TRACE && phase != Phase.TENSOR) revert DisputeGame_WrongPhase(phase);
        bytes32 place = _place(g);
        if (_revealedAt[place] != 0) return;
        uint256 depth = phase == Phase.TRACE ? Merkle.depthOf(_modelOf(g).kernels) : g.meta.tensorDepth();
        uint256 expected = 1 << _levels(g, depth);
        if (nodes.length != expected) revert DisputeGame_WrongNodeCount(expected, nodes.length);
        if (_seal(g, TensorTree.rootOfNodes(nodes)) != g.node) revert DisputeGame_NodesDoNotHash(g.node);
        _revealedAt[place] = block.timestamp;
        emit NodeRevealed(g.assertion, gameId, place, nodes);
    }

    /// @inheritdoc IDisputeGame
    function swearInterior(GameId gameId, bytes32[] calldata roots, bytes calldata signature) external {
        Game storage g = _inProgress(gameId);
        if (g.phase != Phase.KERNEL) revert DisputeGame_WrongPhase(g.phase);
        Meta meta = g.meta;
        if (roots.length != meta.length()) revert DisputeGame_WrongNodeCount(meta.length(), roots.length);
        bytes32 place = _place(g);
        if (_revealedAt[place] != 0) return;
        uint32 first = uint32(meta.first());
        _requireAsserter(g, keccak256(abi.encode(_INTERIOR, g.assertion, first, keccak256(abi.encodePacked(roots)))), signature);
        _sworn[place] = TensorTree.rootOfList(roots);
        _revealedAt[place] = block.timestamp;
        emit InteriorSworn(g.assertion, gameId, first, roots);
    }

    /// @inheritdoc IDisputeGame
    function swearTotals(GameId gameId, uint32[] calldata totals, bytes calldata signature) external {
        Game storage g = _inProgress(gameId);
        if (g.phase != Phase.LANE) revert DisputeGame_WrongPhase(g.phase);
        uint256 blocks = g.meta.blocks();
        // INVARIANT: exactly one total for each block, and none where there is one block only.
        if (blocks <= 1 || totals.length != blocks) revert DisputeGame_WrongNodeCount(blocks, totals.length);
        bytes32 place = _place(g);
        if (_revealedAt[place] != 0) return;
        bytes32 content = keccak256(abi.encodePacked(totals));
        _requireAsserter(g, keccak256(abi.encode(_TOTALS, g.assertion, g.kernel, g.element, content)), signature);
        _sworn[place] = content;
        _revealedAt[place] = block.timestamp;
        emit TotalsSworn(g.assertion, gameId, g.kernel, g.element, totals);
    }

    /// @dev What the game's node is for a tree root: at the root of a committed tensor the salted leaf, elsewhere the root itself.
    function _seal(Game storage g, bytes32 root) internal view returns (bytes32) {
        bool salted = g.phase == Phase.TENSOR && Position.unwrap(g.position) == Position.unwrap(ROOT) && g.meta.committed();
        if (!salted) return root;
        Assertion memory a = ORACLE.assertion(g.assertion);
        return Merkle.hashPair(ORACLE.saltOf(a.request, a.asserter), root);
    }

    function _requireAsserter(Game storage g, bytes32 structHash, bytes calldata signature) private view {
        address asserter = ORACLE.assertion(g.assertion).asserter;
        if (msg.sender == asserter) return;
        if (signature.length == 0 || !SignatureChecker.isValidSignatureNow(asserter, _hashTypedDataV4(structHash), signature)) {
            revert DisputeGame_NotAsserter(msg.sender);
        }
    }
}
