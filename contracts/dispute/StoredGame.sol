// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Game, GameStatus, Phase} from "../interfaces/IDisputeGame.sol";
import {Clock, Side} from "../types/Clock.sol";
import {AssertionId} from "../types/Ids.sol";
import {KernelMeta, LibKernelMeta} from "../types/KernelMeta.sol";
import {Position, ROOT} from "../types/Position.sol";

/// @notice A game in storage: three slots from its opening, two more from its first descent on. The challenger's root is in its id alone.
struct StoredGame {
    AssertionId assertion;
    // Who, when; the status ends the game.
    address challenger;
    uint40 openedIn;
    uint40 order;
    GameStatus status;
    // The clock and what is pinned.
    Side turn;
    uint40 since;
    uint24 asserterLeft;
    uint24 challengerLeft;
    uint24 extension;
    uint88 bond;
    uint48 gasPrice;
    // Where the walk is; a position of 0 is the root.
    Phase phase;
    uint16 kernel;
    uint32 element;
    uint32 position;
    KernelMeta meta;
    uint8 traceDepth;
    uint32 gasUsed;
    bytes32 node;
}

using LibStoredGame for StoredGame global;

library LibStoredGame {
    function load(StoredGame storage s) internal view returns (Game memory g) {
        g = loadPlace(s);
        g.challenger = s.challenger;
        g.openedIn = s.openedIn;
        g.order = s.order;
        g.status = s.status;
        g.clock = Clock(s.turn, s.since, s.asserterLeft, s.challengerLeft, s.extension);
        g.bond = s.bond;
        g.gasPrice = s.gasPrice;
    }

    /// @notice Only where the game is: all that a reveal or an oath needs.
    function loadPlace(StoredGame storage s) internal view returns (Game memory g) {
        g.assertion = s.assertion;
        g.phase = s.phase;
        g.kernel = s.kernel;
        g.element = s.element;
        g.position = s.position == 0 ? ROOT : Position.wrap(s.position);
        g.meta = s.meta.unpack();
        g.traceDepth = s.traceDepth;
        g.gasUsed = s.gasUsed;
        g.node = s.node;
    }

    /// @notice Stores a new game.
    function create(StoredGame storage s, Game memory g) internal {
        s.assertion = g.assertion;
        s.challenger = g.challenger;
        s.openedIn = g.openedIn;
        s.order = g.order;
        s.status = g.status;
        s.bond = g.bond;
        s.gasPrice = g.gasPrice;
        setClock(s, g.clock);
    }

    /// @notice Stores what a descent changes.
    function move(StoredGame storage s, Game memory g) internal {
        setClock(s, g.clock);
        // Positions fit 29 bits and kernels 16: a tensor has less than 2^33 bytes, a program at most 2^16 kernels.
        s.phase = g.phase;
        s.kernel = uint16(g.kernel);
        s.element = g.element;
        s.position = uint32(Position.unwrap(g.position));
        s.meta = LibKernelMeta.pack(g.meta);
        s.traceDepth = g.traceDepth;
        s.gasUsed = g.gasUsed;
        s.node = g.node;
    }

    function setClock(StoredGame storage s, Clock memory clock) private {
        s.turn = clock.turn;
        s.since = clock.since;
        s.asserterLeft = clock.asserter;
        s.challengerLeft = clock.challenger;
        s.extension = clock.extension;
    }
}
