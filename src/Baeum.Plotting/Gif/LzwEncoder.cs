namespace Baeum.Plotting.Gif;

/// <summary>The compression of GIF: codes of growing width for sequences met before (Welch 1984, as GIF89a lays its bits out).</summary>
internal static class LzwEncoder
{
    private const int MostCodes = 4096;

    /// <summary>Compresses palette indices of 8 bits and writes them in GIF's blocks of at most 255 bytes.</summary>
    internal static void Write(Stream stream, ReadOnlySpan<byte> indices)
    {
        const int clear = 256, end = 257;
        stream.WriteByte(8);
        var bits = new BlockWriter(stream);
        // next[prefix, index] is the code of the sequence one longer; 0: not met yet
        var next = new ushort[MostCodes * 256];
        int codes = end + 1, width = 9;
        bits.Put(clear, width);
        int prefix = indices.Length > 0 ? indices[0] : -1;
        for (int i = 1; i < indices.Length; i++)
        {
            int place = prefix << 8 | indices[i];
            if (next[place] != 0)
            {
                prefix = next[place];
                continue;
            }
            bits.Put(prefix, width);
            if (codes == MostCodes)
            {
                bits.Put(clear, width);
                Array.Clear(next);
                (codes, width) = (end + 1, 9);
            }
            else
            {
                // the reader learns each code one step later, so the width grows after the code that fills it
                if (codes == 1 << width)
                    width++;
                next[place] = (ushort)codes++;
            }
            prefix = indices[i];
        }
        if (prefix >= 0)
            bits.Put(prefix, width);
        // the reader has added a code for that last one, too
        if (codes == 1 << width && width < 12)
            width++;
        bits.Put(end, width);
        bits.Finish();
    }

    private sealed class BlockWriter(Stream stream)
    {
        private readonly byte[] block = new byte[255];
        private int used, count;
        private uint pending;

        internal void Put(int code, int width)
        {
            pending |= (uint)code << count;
            for (count += width; count >= 8; count -= 8)
            {
                Add((byte)pending);
                pending >>= 8;
            }
        }

        internal void Finish()
        {
            if (count > 0)
                Add((byte)pending);
            Flush();
            stream.WriteByte(0);
        }

        private void Add(byte value)
        {
            block[used++] = value;
            if (used == block.Length)
                Flush();
        }

        private void Flush()
        {
            if (used == 0)
                return;
            stream.WriteByte((byte)used);
            stream.Write(block, 0, used);
            used = 0;
        }
    }
}
