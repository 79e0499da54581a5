"""The code lists of service items (GB/T 39046, domain-facts A.3): semantic values, mapped to digits only at borders."""

from __future__ import annotations

from django.db.models import TextChoices


class ItemClass(TextChoices):
    """Services by law, and added services with government character (T637-4-a, T637-4-b)."""

    GOVERNMENT = "government", "政务服务"
    QUASI = "quasi", "类政务服务"


class QuasiClass(TextChoices):
    """Sub-classes of quasi-government services (T637-4-b)."""

    ENTERPRISE = "enterprise_service", "企业服务"
    CONVENIENCE = "convenience_service", "便民服务"


class ProviderKind(TextChoices):
    """Who carries an item out."""

    GOVERNMENT = "government", "政府部门"
    PUBLIC_BODY = "public_body", "公共机构"
    INTERMEDIARY = "intermediary", "中介服务机构"


class ItemType(TextChoices):
    """Kinds of power and public service (F2.06)."""

    LICENSE = "administrative_license", "行政许可"
    PENALTY = "administrative_penalty", "行政处罚"
    COERCION = "administrative_coercion", "行政强制"
    LEVY = "administrative_levy", "行政征收"
    BENEFIT = "administrative_benefit", "行政给付"
    INSPECTION = "administrative_inspection", "行政检查"
    CONFIRMATION = "administrative_confirmation", "行政确认"
    REWARD = "administrative_reward", "行政奖励"
    ADJUDICATION = "administrative_adjudication", "行政裁决"
    OTHER_POWER = "other_administrative_power", "其他行政权力"
    PUBLIC_SERVICE = "public_service", "公共服务"


NOT_ON_APPLICATION = frozenset({ItemType.PENALTY, ItemType.COERCION, ItemType.LEVY, ItemType.INSPECTION})


class Audience(TextChoices):
    """Service objects by meaning, because the digits 5 and 6 differ between two national lists (F2.11)."""

    PERSON = "natural_person", "自然人"
    ENTERPRISE = "enterprise_legal_person", "企业法人"
    INSTITUTION = "institution_legal_person", "事业法人"
    SOCIAL = "social_organization_legal_person", "社会组织法人"
    UNINCORPORATED = "unincorporated_enterprise", "非法人企业"
    ORGAN = "administrative_organ", "行政机关"
    OTHER = "other_organization", "其他组织"


class Side(TextChoices):
    """The two faces of the catalogue: what a person looks for, and what an organisation looks for."""

    PERSON = "person", "个人"
    ENTERPRISE = "enterprise", "法人"


SIDES = {
    Side.PERSON: frozenset({Audience.PERSON}),
    Side.ENTERPRISE: frozenset(Audience) - {Audience.PERSON},
}


class Level(TextChoices):
    """Level of government at which an item is exercised (F2.09)."""

    NATIONAL = "national", "国家级"
    PROVINCE = "province", "省级"
    CITY = "city", "市级"
    COUNTY = "county", "县级"
    TOWNSHIP = "township", "镇（乡、街道）级"
    VILLAGE = "village", "村（社区）级"
    GRADED = "graded", "分级管理"


class HandlingType(TextChoices):
    """Decided at once, or within a promised limit (F2.12)."""

    INSTANT = "instant", "即办件"
    PROMISED = "promised", "承诺件"
    OTHER = "other", "其他"


class OnlineDepth(TextChoices):
    """How far an item goes online, lowest first (F2.20)."""

    NONE = "none", "不支持网上办理"
    CONSULT = "consult", "互联网咨询"
    INTAKE = "intake", "收件"
    PRECHECK = "precheck", "预审"
    ACCEPTANCE = "acceptance", "受理"
    RESULT = "result", "办理结果信息反馈"
    CERTIFICATE = "certificate", "电子证照反馈"


FULLY_ONLINE = frozenset({OnlineDepth.RESULT, OnlineDepth.CERTIFICATE})


class MaterialKind(TextChoices):
    """What must be shown or left (F2.18)."""

    ORIGINAL = "original", "原件"
    COPY = "copy", "复印件"
    BOTH = "original_and_copy", "原件和复印件"


class MaterialForm(TextChoices):
    """Paper or electronic (F2.18)."""

    PAPER = "paper", "纸质"
    ELECTRONIC = "electronic", "电子"
    BOTH = "paper_and_electronic", "纸质和电子"


class Necessity(TextChoices):
    """Whether a material is needed (F2.18, F2.29)."""

    REQUIRED = "required", "必要"
    OPTIONAL = "optional", "非必要"
    DEFERRABLE = "deferrable", "容缺后补"


class MaterialSource(TextChoices):
    """Who provides a material; what data sharing delivers is not asked of the applicant (F2.30)."""

    APPLICANT = "applicant", "申请人自备"
    GOVERNMENT = "government", "政府部门核发"
    SHARED_DATA = "shared_data", "数据共享获取，无需提交"
    OTHER = "other", "其他"


class Residency(TextChoices):
    """Whether an item has moved into the centre (BJO-2.4-c)."""

    RESIDENT = "resident", "进驻中心"
    VERTICAL = "vertical_resident", "垂直（双重）管理部门进驻"
    EXCEPTION = "approved_exception", "经批准暂不进驻"


class Service(TextChoices):
    """Services that a list offers for an item (T637-7.1-a)."""

    CONSULT = "consult", "咨询"
    GUIDE = "guide", "导办"
    ASSIST = "assist", "帮办"
    AGENCY = "agency", "代办"


class ServiceMode(TextChoices):
    """The five service modes (BJO-2.7-i)."""

    DOOR_TO_DOOR = "door_to_door", "上门办理"
    APPOINTMENT = "appointment", "预约办理"
    SELF_SERVICE = "self_service", "自助办理"
    AGENCY = "agency", "委托代办"
    CITY_WIDE = "city_wide", "同城通办"


class Gap(TextChoices):
    """What a guide lacks (F2.16); refused when written by hand, listed for the editor when imported."""

    BASIS = "basis_missing", "设定依据"
    CONDITIONS = "conditions_missing", "受理条件"
    MATERIALS = "materials_missing", "申请材料"
    LIMIT = "limit_missing", "办结时限"
    STEPS = "steps_missing", "办理流程"
    PLACE = "place_missing", "办理地点"
    PHONE = "phone_missing", "咨询电话"
    FEES = "fees_missing", "收费情况"
    DEPARTMENT = "department_unmatched", "实施主体对应机构"
