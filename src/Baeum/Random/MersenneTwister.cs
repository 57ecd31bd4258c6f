using System.Buffers.Binary;

namespace Baeum;

/// <summary>
/// MT19937 (Matsumoto and Nishimura, 1998) seeded by the classic routine: the source of bits beneath NumPy's RandomState and PyTorch's
/// CPU generator.
/// </summary>
internal sealed class MersenneTwister
{
    private const int Size = 624;
    private const int Middle = 397;
    internal const int StateLength = (Size * 4) + 4;

    private readonly uint[] _words = new uint[Size];
    private int _position;

    internal MersenneTwister(uint seed)
    {
        _words[0] = seed;
        for (uint i = 1; i < Size; i++)
            _words[i] = (1812433253u * (_words[i - 1] ^ (_words[i - 1] >> 30))) + i;
        _position = Size;
    }

    internal uint NextUInt32()
    {
        if (_position == Size)
            Refill();
        uint word = _words[_position++];
        word ^= word >> 11;
        word ^= (word << 7) & 0x9d2c5680;
        word ^= (word << 15) & 0xefc60000;
        return word ^ (word >> 18);
    }

    /// <summary>Two draws, the first one in the upper half.</summary>
    internal ulong NextUInt64()
    {
        ulong upper = NextUInt32();
        return (upper << 32) | NextUInt32();
    }

    private void Refill()
    {
        var words = _words;
        for (int i = 0; i < Size; i++)
        {
            uint mixed = (words[i] & 0x80000000) | (words[i + 1 == Size ? 0 : i + 1] & 0x7fffffff);
            uint twisted = (mixed >> 1) ^ ((mixed & 1) * 0x9908b0df);
            words[i] = words[i + Middle < Size ? i + Middle : i + Middle - Size] ^ twisted;
        }
        _position = 0;
    }

    internal void Write(Span<byte> destination)
    {
        for (int i = 0; i < Size; i++)
            BinaryPrimitives.WriteUInt32LittleEndian(destination[(i * 4)..], _words[i]);
        BinaryPrimitives.WriteInt32LittleEndian(destination[(Size * 4)..], _position);
    }

    /// <summary>False when the position in the block is impossible; the twister is then unchanged.</summary>
    internal bool TryRead(ReadOnlySpan<byte> source)
    {
        int position = BinaryPrimitives.ReadInt32LittleEndian(source[(Size * 4)..]);
        if (position is < 0 or > Size)
            return false;
        for (int i = 0; i < Size; i++)
            _words[i] = BinaryPrimitives.ReadUInt32LittleEndian(source[(i * 4)..]);
        _position = position;
        return true;
    }
}
