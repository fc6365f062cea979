// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Game, IDisputeGame, Phase} from "../interfaces/IDisputeGame.sol";
import {Merkle} from "../libraries/Merkle.sol";
import {TensorTree} from "../libraries/TensorTree.sol";
import {AssertionId, GameId} from "../types/Ids.sol";
import {Meta} from "../types/Meta.sol";
import {Position, ROOT} from "../types/Position.sol";
import {GameGas} from "./GameGas.sol";
import {Oaths} from "./Oaths.sol";
import {Outcomes} from "./Outcomes.sol";

/// @title The asserter's moves
/// @notice Hashed reveals prove themselves and may come from anybody. Oaths are the asserter's alone: were they open to others, a stranger could
///         forge totals for an honest assertion and slash it.
abstract contract Reveals is Outcomes {
    /// @inheritdoc IDisputeGame
    function reveal(GameId gameId, bytes32[] calldata nodes) external {
        Game memory g = _toPost(gameId);
        Phase phase = g.phase;
        if (phase != Phase.TRACE && phase != Phase.TENSOR) revert DisputeGame_WrongPhase(phase);
        bytes32 place = _place(g);
        if (_timeAt(place) != 0) return;
        uint256 depth = phase == Phase.TRACE ? _traceDepth(g) : g.meta.tensorDepth();
        uint256 expected = 1 << _levels(g, depth);
        if (nodes.length != expected) revert DisputeGame_WrongNodeCount(expected, nodes.length);
        if (_seal(g, TensorTree.rootOfNodes(nodes)) != g.node) revert DisputeGame_NodesDoNotHash(g.node);
        _post(place, 0);
        emit NodeRevealed(g.assertion, gameId, place, nodes);
    }

    /// @inheritdoc IDisputeGame
    function swearInterior(GameId gameId, bytes32[] calldata roots, bytes calldata signature) external {
        Game memory g = _toPost(gameId);
        if (g.phase != Phase.KERNEL) revert DisputeGame_WrongPhase(g.phase);
        Meta meta = g.meta;
        if (roots.length != meta.length()) revert DisputeGame_WrongNodeCount(meta.length(), roots.length);
        uint32 first = uint32(meta.first());
        bytes32 hash = Oaths.interior(g.assertion, first, keccak256(abi.encodePacked(roots)));
        if (!_swear(gameId, g, TensorTree.rootOfList(roots), hash, signature)) return;
        emit InteriorSworn(g.assertion, gameId, first, roots);
    }

    /// @inheritdoc IDisputeGame
    function swearTotals(GameId gameId, uint32[] calldata totals, bytes calldata signature) external {
        Game memory g = _toPost(gameId);
        if (g.phase != Phase.LANE) revert DisputeGame_WrongPhase(g.phase);
        uint256 blocks = g.meta.blocks();
        // INVARIANT: exactly one total for each block, and none where there is one block only.
        if (blocks <= 1 || totals.length != blocks) revert DisputeGame_WrongNodeCount(blocks, totals.length);
        bytes32 content = keccak256(abi.encodePacked(totals));
        if (!_swear(gameId, g, content, Oaths.totals(g.assertion, g.kernel, g.element, content), signature)) return;
        emit TotalsSworn(g.assertion, gameId, g.kernel, g.element, totals);
    }

    /// @dev What the game's node is for a tree root: at the root of a committed tensor the salted leaf, elsewhere the root itself.
    function _seal(Game memory g, bytes32 root) internal view returns (bytes32) {
        bool salted = g.phase == Phase.TENSOR && Position.unwrap(g.position) == Position.unwrap(ROOT) && g.meta.committed();
        if (!salted) return root;
        return Merkle.hashPair(ORACLE.saltUnder(g.assertion), root);
    }

    /// @dev Depth of the trace tree; before the first descent from the program, and then the node from the assertion.
    function _traceDepth(Game memory g) private view returns (uint256) {
        if (!_atStart(g)) return g.traceDepth;
        uint40 serial;
        (g.node, serial) = ORACLE.traceOf(g.assertion);
        return Merkle.depthOf(MODELS.shapeOf(serial).kernels);
    }

    /// @dev Where the game is. Whether it is over is not looked at: what is posted is true of the assertion, whatever became of the game.
    function _toPost(GameId gameId) private view returns (Game memory g) {
        g = _games[gameId].loadPlace();
        if (AssertionId.unwrap(g.assertion) == 0) revert DisputeGame_NotInProgress(gameId);
    }

    /// @dev Records an oath at the game's place. False if the same one is on record.
    function _swear(GameId gameId, Game memory g, bytes32 content, bytes32 oath, bytes calldata signature) private returns (bool) {
        bytes32 place = _place(g);
        if (_timeAt(place) != 0) {
            // INVARIANT: an oath is sworn once; who shows another one in a row of moves has built on what is not there.
            if (!_isSworn(place, content)) revert DisputeGame_AlreadySworn(place);
            return false;
        }
        address asserter = ORACLE.asserterOf(g.assertion);
        // INVARIANT: a signature that is given holds, the asserter's own included: it binds the oath to its place, so that no reorganisation
        //            makes it one about another lane or segment, to which the challenger went instead.
        if ((msg.sender != asserter || signature.length != 0) && !Oaths.isSigned(asserter, oath, signature)) {
            revert DisputeGame_NotAsserter(msg.sender);
        }
        _post(place, content);
        if (msg.sender == _games[gameId].challenger) _games[gameId].gasUsed = g.gasUsed + uint32(GameGas.SWEAR);
        return true;
    }
}
