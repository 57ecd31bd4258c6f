using System.Buffers.Binary;

namespace Baeum;

/// <summary>
/// PCG64 (XSL-RR 128/64, O'Neill 2014) seeded through NumPy's SeedSequence, with the buffered half of a draw that 32-bit reads leave.
/// </summary>
internal sealed class Pcg64
{
    internal const int StateLength = 16 + 16 + 4 + 1;
    private static readonly UInt128 s_multiplier = new(2549297995355413924, 4865540595714422341);

    private UInt128 _state;
    private UInt128 _increment;
    private uint _halfDraw;
    private bool _hasHalfDraw;

    internal Pcg64(ulong seed)
    {
        Span<ulong> words = stackalloc ulong[4];
        Seed(seed, words);
        _increment = (new UInt128(words[2], words[3]) << 1) | UInt128.One;
        Step();
        _state += new UInt128(words[0], words[1]);
        Step();
    }

    private void Step() => _state = (_state * s_multiplier) + _increment;

    internal ulong NextUInt64()
    {
        Step();
        ulong upper = (ulong)(_state >> 64), lower = (ulong)_state;
        return ulong.RotateRight(upper ^ lower, (int)(upper >> 58));
    }

    /// <summary>The lower half of a draw first, then its upper half.</summary>
    internal uint NextUInt32()
    {
        if (_hasHalfDraw)
        {
            _hasHalfDraw = false;
            return _halfDraw;
        }
        ulong draw = NextUInt64();
        _halfDraw = (uint)(draw >> 32);
        _hasHalfDraw = true;
        return (uint)draw;
    }

    internal void Write(Span<byte> destination)
    {
        BinaryPrimitives.WriteUInt128LittleEndian(destination, _state);
        BinaryPrimitives.WriteUInt128LittleEndian(destination[16..], _increment);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[32..], _halfDraw);
        destination[36] = _hasHalfDraw ? (byte)1 : (byte)0;
    }

    /// <summary>False when the increment is even or the flag impossible; the generator is then unchanged.</summary>
    internal bool TryRead(ReadOnlySpan<byte> source)
    {
        var increment = BinaryPrimitives.ReadUInt128LittleEndian(source[16..]);
        if (UInt128.IsEvenInteger(increment) || source[36] > 1)
            return false;
        _state = BinaryPrimitives.ReadUInt128LittleEndian(source);
        _increment = increment;
        _halfDraw = BinaryPrimitives.ReadUInt32LittleEndian(source[32..]);
        _hasHalfDraw = source[36] == 1;
        return true;
    }

    /// <summary>NumPy's SeedSequence for one whole-number seed: a pool of four words, mixed so that near seeds give far states.</summary>
    private static void Seed(ulong seed, Span<ulong> words)
    {
        Span<uint> pool = stackalloc uint[4];
        uint constant = 0x43b0d7e5;
        pool[0] = Hash((uint)seed, ref constant);
        pool[1] = Hash((uint)(seed >> 32), ref constant);
        pool[2] = Hash(0, ref constant);
        pool[3] = Hash(0, ref constant);
        for (int source = 0; source < 4; source++)
        {
            for (int target = 0; target < 4; target++)
            {
                if (source == target)
                    continue;
                uint mixed = (0xca01f9dd * pool[target]) - (0x4973f715 * Hash(pool[source], ref constant));
                pool[target] = mixed ^ (mixed >> 16);
            }
        }
        constant = 0x8b51f9dd;
        for (int i = 0; i < 8; i++)
        {
            uint word = pool[i % 4] ^ constant;
            constant *= 0x58f38ded;
            word *= constant;
            word ^= word >> 16;
            words[i / 2] = i % 2 == 0 ? word : words[i / 2] | ((ulong)word << 32);
        }
    }

    private static uint Hash(uint value, ref uint constant)
    {
        value ^= constant;
        constant *= 0x931e8875;
        value *= constant;
        return value ^ (value >> 16);
    }
}
