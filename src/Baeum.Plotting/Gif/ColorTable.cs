namespace Baeum.Plotting.Gif;

/// <summary>At most 255 colours for many: white is exact, the others by median cut (Heckbert 1982) over colours of five bits a channel.</summary>
internal sealed class ColorTable
{
    private const int Bins = 1 << 15;
    private readonly byte[] indexOf = new byte[Bins];

    /// <param name="pictures">Pixels as 0xAARRGGBB.</param>
    internal ColorTable(IEnumerable<uint[]> pictures)
    {
        var count = new long[Bins];
        var sum = new long[Bins, 3];
        foreach (uint[] picture in pictures)
        {
            foreach (uint pixel in picture)
            {
                if (IsWhite(pixel))
                    continue;
                int bin = BinOf(pixel);
                count[bin]++;
                sum[bin, 0] += pixel >> 16 & 255;
                sum[bin, 1] += pixel >> 8 & 255;
                sum[bin, 2] += pixel & 255;
            }
        }
        var boxes = new List<List<int>> { Enumerable.Range(0, Bins).Where(bin => count[bin] > 0).ToList() };
        while (boxes.Count < 254)
        {
            // the box of the most pixels that still holds several colours is halved across its longest side
            List<int>? widest = boxes.Where(box => box.Count > 1).MaxBy(box => Weight(box) * Spread(box).Width);
            if (widest is null)
                break;
            int channel = Spread(widest).Channel;
            List<int> sorted = [.. widest.OrderBy(bin => Channel(bin, channel))];
            long half = sorted.Sum(bin => count[bin]) / 2, passed = 0;
            int cut = 0;
            while (cut < sorted.Count - 1 && (passed += count[sorted[cut]]) < half)
                cut++;
            cut = Math.Clamp(cut, 1, sorted.Count - 1);
            boxes.Remove(widest);
            boxes.Add(sorted[..cut]);
            boxes.Add(sorted[cut..]);
        }
        Colors = [(255, 255, 255), .. boxes.Where(box => box.Count > 0).Select(Mean)];
        for (int i = 0; i < boxes.Count; i++)
        {
            foreach (int bin in boxes[i])
                indexOf[bin] = (byte)(i + 1);
        }

        // rarely seen colours keep a say: otherwise a thin line would take its background's colour
        double Weight(List<int> box) => Math.Sqrt(box.Sum(bin => count[bin]));
        (byte, byte, byte) Mean(List<int> box)
        {
            long total = box.Sum(bin => count[bin]);
            byte Part(int channel) => (byte)((box.Sum(bin => sum[bin, channel]) + total / 2) / total);
            return (Part(0), Part(1), Part(2));
        }
    }

    /// <summary>The colours, white first; at most 255, so that one index is left for "as before".</summary>
    internal IReadOnlyList<(byte Red, byte Green, byte Blue)> Colors { get; }

    internal byte IndexOf(uint pixel) => IsWhite(pixel) ? (byte)0 : indexOf[BinOf(pixel)];

    private static bool IsWhite(uint pixel) => (pixel & 0xFFFFFF) == 0xFFFFFF;

    private static int BinOf(uint pixel) => (int)(pixel >> 9 & 0x7C00 | pixel >> 6 & 0x3E0 | pixel >> 3 & 0x1F);

    private static int Channel(int bin, int channel) => bin >> (10 - 5 * channel) & 31;

    private static (int Channel, int Width) Spread(List<int> box)
    {
        Span<int> low = [31, 31, 31], high = [0, 0, 0];
        foreach (int bin in box)
        {
            for (int channel = 0; channel < 3; channel++)
            {
                int value = Channel(bin, channel);
                low[channel] = Math.Min(low[channel], value);
                high[channel] = Math.Max(high[channel], value);
            }
        }
        int best = 0;
        for (int channel = 1; channel < 3; channel++)
            best = high[channel] - low[channel] > high[best] - low[best] ? channel : best;
        return (best, high[best] - low[best]);
    }
}
