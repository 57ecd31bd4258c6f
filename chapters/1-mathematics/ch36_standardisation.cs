// chapter: ch36
// title: 대표값, 정규화와 표준화 | Mean, spread, normalisation and standardisation
// computes: 몸무게와 키의 평균, 편차, 분산, 표준편차, 최소-최대 정규화, z 점수 | mean, deviation, variance, standard deviation, min-max scaling and z-scores of weight and height
// minutes: 0.01

using var lesson = Lesson.Begin(args);

// %% 24 people and one who is unusually tall
double outlierHeight = lesson.Parameter("outlier", 210.0, 60, 1000);
CsvTable table = CourseData.Table("weight_height");
Tensor people = table.ToTensor(dtype: DType.Float64);                               // [24, 2]: weight in kg, height in cm
Tensor all = Tensor.Cat([people, Tensor.From([[70, outlierHeight]])], 0);           // [25, 2]
string[] names = ["weight", "height"];

// %% mean, deviations, variance and standard deviation, each written out
Tensor mean = all.Sum(0) / all.Shape[0];                                            // [2]
Tensor deviation = all - mean;                                                      // [25, 2]: how far each is from the mean
Tensor variance = deviation.Square().Sum(0) / all.Shape[0];                         // [2]: the mean of the squared deviations
Tensor standard = variance.Sqrt();                                                  // [2]: back in kg and cm
Tensor sample = (deviation.Square().Sum(0) / (all.Shape[0] - 1)).Sqrt();            // with n - 1: the guess for all people
Tensor median = all.Median(0).Values;
double[][] expected = [[36.42, 524.3384, 22.898437, 32.3], [129.752, 1687.78, 41.082601, 133.3]];
for (int c = 0; c < 2; c++)
{
    lesson.Figure($"{names[c]}.mean", mean[c].Item(), expected[c][0], tolerance: 1e-9);
    lesson.Figure($"{names[c]}.variance", variance[c].Item(), expected[c][1], tolerance: 2e-6);
    lesson.Figure($"{names[c]}.std", standard[c].Item(), expected[c][2], tolerance: 2e-8);
    lesson.Figure($"{names[c]}.std.sample", sample[c].Item(), c == 0 ? 23.370619 : 41.929754, tolerance: 1e-6);
    lesson.Figure($"{names[c]}.median", median[c].Item(), expected[c][3], tolerance: 1e-12);
    lesson.Figure($"{names[c]}.deviation.absolute", deviation[.., c].Abs().Mean().Item());
}
// deviations cancel: that is why they are squared before they are averaged
lesson.Figure("deviation.sum", deviation.Sum(0), [0, 0], tolerance: 1e-11);
lesson.Figure("std.against.engine", (all.Std(0, correction: 0) - standard).Abs().Max().Item(), expected: 0, tolerance: 1e-12);

// %% min-max normalisation: the smallest becomes 0, the largest 1
Tensor least = all.AMin(0), largest = all.AMax(0);
Tensor scaled = (all - least) / (largest - least);                                  // [25, 2]
lesson.Figure("minmax.least", scaled.AMin(0), [0, 0]);
lesson.Figure("minmax.largest", scaled.AMax(0), [1, 1]);
lesson.Figure("minmax.mean", scaled.Mean(0));
lesson.Figure("minmax.height.173.8", scaled[23, 1].Item(), expected: 0.7601, tolerance: 1e-5);

// %% standardisation: how many standard deviations from the mean?
Tensor z = deviation / standard;                                                    // [25, 2]
lesson.Figure("z.mean", z.Mean(0), [0, 0], tolerance: 1e-14);
lesson.Figure("z.std", z.Std(0, correction: 0), [1, 1], tolerance: 1e-14);
lesson.Figure("z.first", z[0]);
lesson.Figure("z.outlier", z[24], [1.46648, 1.95333], tolerance: 5e-6);
lesson.Figure("z.back", (z * standard + mean - all).Abs().Max().Item(), expected: 0, tolerance: 1e-12);

// %% what one unusual person does to each of them
Tensor alone = people[.., 1];
lesson.Figure("without.height.mean", alone.Mean().Item(), expected: 126.4083, tolerance: 1e-6);
lesson.Figure("without.height.std", alone.Std(correction: 0).Item(), expected: 38.4526, tolerance: 1e-6);
lesson.Figure("without.height.median", alone.Quantile(0.5).Item(), expected: 130.55, tolerance: 1e-12);
lesson.Table(lesson.Text("키 열에서 특이한 한 사람이 바꾸는 것", "What one unusual person changes in the heights"), ["", lesson.Text("24명", "24 people"), lesson.Text("25명", "25 people")],
[
    [lesson.Text("평균", "mean"), alone.Mean().Item(), mean[1].Item()],
    [lesson.Text("표준편차", "standard deviation"), alone.Std(correction: 0).Item(), standard[1].Item()],
    [lesson.Text("중앙값", "median"), alone.Quantile(0.5).Item(), median[1].Item()],
    [lesson.Text("173.8 cm의 최소-최대 값", "173.8 cm after min-max"), 1.0, scaled[23, 1].Item()],
    [lesson.Text("173.8 cm의 z 점수", "173.8 cm as a z-score"), ((alone[23] - alone.Mean()) / alone.Std(correction: 0)).Item(), z[23, 1].Item()],
]);

// %% why it matters: in one scale the curvature of a loss is the same in all directions
double Condition(Tensor x) => x.T.MatMul(x).ConditionNumber().Item();
lesson.Figure("condition.raw", Condition(Tensor.Cat([all, Tensor.Ones([25, 1], DType.Float64)], 1)));
lesson.Figure("condition.z", Condition(Tensor.Cat([z, Tensor.Ones([25, 1], DType.Float64)], 1)));

// %% the three panels of the lesson
double[] number = [.. from i in Enumerable.Range(1, 25) select (double)i];
Panel Show(string title, string unit, Tensor values) => new Panel(title, lesson.Text("사람", "person"), unit)
    .Scatter(number, values[.., 0], lesson.Text("몸무게", "weight"), Color.Vermilion).Scatter(number, values[.., 1], lesson.Text("키", "height"), Color.Blue);
lesson.Plot("scales", new Figure(lesson.Text("같은 데이터, 세 가지 눈금", "The same data on three scales"), 3,
[
    Show(lesson.Text("원래 값", "Raw"), "kg, cm", all),
    Show(lesson.Text("최소-최대 정규화", "Min-max"), "0 … 1", scaled),
    Show(lesson.Text("z 점수", "z-score"), lesson.Text("표준편차", "standard deviations"), z).HorizontalLine(0),
]));
lesson.Plot("outlier", new Panel(lesson.Text("특이값 하나가 평균을 끌어갑니다", "One outlier pulls the mean"), lesson.Text("키 (cm)", "height (cm)"), lesson.Text("사람 수", "people"))
    .Histogram(all[.., 1], 12, lesson.Text("25명", "25 people"), Color.Sky)
    .VerticalLine(mean[1].Item(), lesson.Text("평균, 25명", "mean of 25"), Color.Vermilion, dashed: false).VerticalLine(alone.Mean().Item(), lesson.Text("평균, 24명", "mean of 24"), Color.Vermilion)
    .VerticalLine(median[1].Item(), lesson.Text("중앙값, 25명", "median of 25"), Color.Green, dashed: false));
